using Ballast.Core;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Metric;

/// <summary>Contrastive loss on cosines: the mean of relu(p - s) over positive pairs where it is above 0, and that of relu(s - n) over negative ones.</summary>
/// <remarks>Source: Hadsell, Chopra and LeCun, CVPR 2006, with the reduction of pytorch-metric-learning.</remarks>
/// <param name="positiveMargin">p, in [-1, 1].</param>
/// <param name="negativeMargin">n, in [-1, 1].</param>
public sealed class ContrastiveLoss(double positiveMargin = 1, double negativeMargin = 0.5) : MetricLoss
{
    /// <summary>p.</summary>
    public double PositiveMargin { get; } = Guard.InRange(positiveMargin, -1, 1);

    /// <summary>n.</summary>
    public double NegativeMargin { get; } = Guard.InRange(negativeMargin, -1, 1);

    /// <inheritdoc/>
    public override string ToString() => $"contrastive {PositiveMargin:R} {NegativeMargin:R}";

    /// <inheritdoc/>
    public override Tensor Of(EmbeddingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var (pull, push) = (functional.relu(PositiveMargin - batch.Cosines), functional.relu(batch.Cosines - NegativeMargin));
        return EmbeddingBatch.MeanWhere(pull, batch.PositivePairs.logical_and(pull.detach() > 0))
            + EmbeddingBatch.MeanWhere(push, batch.NegativePairs.logical_and(push.detach() > 0));
    }
}
