using Ballast.Core;
using static TorchSharp.torch;

namespace Ballast.Learning.Metric;

/// <summary>Smooth-AP: 1 - average precision, with ranks made smooth by sigmoids of width tau. Memory O(B^3).</summary>
/// <remarks>
/// Source: Brown et al., ECCV 2020. Each sample is a query, itself excluded; those without a positive are left out. Precision at positive i is
/// [1 + sum over other positives j of sigma((s_j - s_i) / tau)] / [1 + sum over all others j of the same].
/// </remarks>
/// <param name="tau">Width, above 0: .01 to .05.</param>
public sealed class SmoothApLoss(double tau = 0.01) : MetricLoss
{
    /// <summary>Width of the sigmoids.</summary>
    public double Tau { get; } = Guard.Positive(tau);

    /// <inheritdoc/>
    public override string ToString() => $"smooth-AP tau {Tau:R}";

    /// <inheritdoc/>
    public override Tensor Of(EmbeddingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var count = batch.Labels.shape[0];
        var apart = eye(count, dtype: @bool, device: batch.Labels.device).logical_not();
        var ahead = ((batch.Cosines.unsqueeze(1) - batch.Cosines.unsqueeze(2)) / Tau).sigmoid();          // [query, i, j]: how far j ranks before i
        var others = apart.unsqueeze(0).logical_and(apart.unsqueeze(1));                                 // j is neither i nor the query
        var amongPositives = 1 + ahead.masked_fill(others.logical_and(batch.Positive.unsqueeze(1)).logical_not(), 0).sum(2);
        var amongAll = 1 + ahead.masked_fill(others.logical_not(), 0).sum(2);
        var positives = batch.Positive.sum(1);                                                           // [B]
        var precision = (amongPositives / amongAll).masked_fill(batch.Positive.logical_not(), 0).sum(1) / positives.clamp_min(1);
        var queries = positives > 0;
        return EmbeddingBatch.MeanWhere(1 - precision, queries);
    }
}
