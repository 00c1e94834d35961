using Ballast.Core;
using Ballast.Learning.Objectives;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.LongTail;

/// <summary>Logit-adjusted cross-entropy (Menon et al., ICLR 2021, eq. 10): CE(z + tau log pi, y), consistent for the balanced error at tau = 1.</summary>
/// <remarks>The trained network is used as it is. Adjusting its scores after training as well would undo the adjustment.</remarks>
public sealed class LogitAdjustedLoss : ClassificationLoss
{
    private readonly ClassVector shift;

    /// <summary>Makes the loss.</summary>
    /// <param name="counts">n_k training rows of each class, at least 1; pi_k = n_k / N.</param>
    /// <param name="tau">At least 0; 0 is cross-entropy.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1 or tau is negative.</exception>
    public LogitAdjustedLoss(ReadOnlySpan<int> counts, double tau = 1)
    {
        Guard.NotNegative(tau);
        var total = 0.0;
        foreach (var count in counts)
            total += count;
        shift = ClassVector.OfCounts(counts, count => tau * Math.Log(count / total));
    }

    /// <inheritdoc/>
    public override Tensor PerSample(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        return functional.cross_entropy(logits + shift.For(logits, labels), labels, reduction: Reduction.None).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override string ToString() => $"cross-entropy of scores shifted by {shift}";
}
