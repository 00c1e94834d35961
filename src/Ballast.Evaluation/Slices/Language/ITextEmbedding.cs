namespace Ballast.Evaluation.Slices.Language;

/// <summary>Sentences as points of one space.</summary>
public interface ITextEmbedding
{
    /// <summary>k x m values for k sentences, row-major; m is the same in every call.</summary>
    ValueTask<double[]> EmbedAsync(IReadOnlyList<string> sentences, CancellationToken cancellation = default);
}
