namespace Ballast.Evaluation.Slices.Language;

/// <summary>Sentences as points of one space.</summary>
public interface ITextEmbedding
{
    /// <summary>Values of an embedding m.</summary>
    int Width { get; }

    /// <summary>k x m values for k sentences, row-major.</summary>
    double[] Embed(IReadOnlyList<string> sentences, CancellationToken cancellation = default);
}
