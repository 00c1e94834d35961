using Ballast.Core;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Metric;

/// <summary>Triplet loss on cosines: the mean of relu(s_an - s_ap + m) where it is above 0, over all ordered triplets of anchor, positive and negative. Memory O(B^3).</summary>
/// <remarks>Source: Schroff, Kalenichenko and Philbin, CVPR 2015; cosines rather than distances, so larger is closer.</remarks>
/// <param name="margin">m, above 0.</param>
public sealed class TripletLoss(double margin = 0.1) : MetricLoss
{
    /// <summary>m.</summary>
    public double Margin { get; } = Guard.Positive(margin);

    /// <inheritdoc/>
    public override string ToString() => $"triplet margin {Margin:R}";

    /// <inheritdoc/>
    public override Tensor Of(EmbeddingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var violated = functional.relu(batch.Cosines.unsqueeze(1) - batch.Cosines.unsqueeze(2) + Margin);       // [a, p, n]
        var triplets = batch.Positive.unsqueeze(2).logical_and(batch.Negative.unsqueeze(1));
        return EmbeddingBatch.MeanWhere(violated, triplets.logical_and(violated.detach() > 0));
    }
}
