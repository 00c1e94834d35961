namespace Ballast.Learning.Training.Feeding;

/// <summary>How the samples of a batch were mixed: sample i is Share[i] itself and the rest sample Partners[i] of the same batch.</summary>
/// <param name="partners">[n] positions in the batch.</param>
/// <param name="share">[n] the own part in [0, 1].</param>
public sealed class BatchMix(int[] partners, float[] share)
{
    /// <summary>[n] positions in the batch.</summary>
    public IReadOnlyList<int> Partners { get; } = partners;

    /// <summary>[n] the own part in [0, 1].</summary>
    public IReadOnlyList<float> Share { get; } = share.Length == partners.Length ? share : throw new ArgumentException("Partners and shares must be as many.", nameof(share));
}
