using Ballast.Learning.Objectives;
using static TorchSharp.torch;

namespace Ballast.Learning.LongTail;

/// <summary>Balanced softmax (Ren et al., NeurIPS 2020, eq. 3): CE(z + log n, y), which is <see cref="LogitAdjustedLoss"/> at tau = 1 under its other name.</summary>
/// <param name="counts">n_k training rows of each class, at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
public sealed class BalancedSoftmaxLoss(ReadOnlySpan<int> counts) : ClassificationLoss
{
    // log n and log pi differ by a constant, which softmax does not see.
    private readonly LogitAdjustedLoss same = new(counts);

    /// <inheritdoc/>
    public override Tensor PerSample(Tensor logits, Tensor labels) => same.PerSample(logits, labels);

    /// <inheritdoc/>
    public override string ToString() => $"balanced softmax: {same}";
}
