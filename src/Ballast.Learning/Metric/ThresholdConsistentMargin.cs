using Ballast.Core;
using static TorchSharp.torch;

namespace Ballast.Learning.Metric;

/// <summary>Threshold-consistent margin (TCM): moves positive pairs above one cosine and negative pairs below another, the same for every class, so that one threshold serves all.</summary>
/// <remarks>
/// Source: Zhang et al., ICLR 2024. Over unordered pairs: lambda+ mean of (m+ - s) over positives with s &lt;= m+, and lambda- mean of (s - m-) over negatives
/// with s &gt;= m-. Means are over hard pairs alone: over all pairs the loss would vanish late in training. To be added to another loss by <see cref="CompositeMetricLoss"/>.
/// </remarks>
/// <param name="mPlus">m+, in [-1, 1].</param>
/// <param name="mMinus">m-, in [-1, 1]; with fewer than about 8 dimensions cosines above .5 between classes cannot be avoided.</param>
/// <param name="lambdaPlus">Weight of the positives, at least 0.</param>
/// <param name="lambdaMinus">Weight of the negatives, at least 0.</param>
public sealed class ThresholdConsistentMargin(double mPlus = 0.9, double mMinus = 0.5, double lambdaPlus = 1, double lambdaMinus = 1) : MetricLoss
{
    /// <summary>m+.</summary>
    public double MPlus { get; } = Guard.InRange(mPlus, -1, 1);

    /// <summary>m-.</summary>
    public double MMinus { get; } = Guard.InRange(mMinus, -1, 1);

    /// <summary>lambda+.</summary>
    public double LambdaPlus { get; } = Guard.NotNegative(lambdaPlus);

    /// <summary>lambda-.</summary>
    public double LambdaMinus { get; } = Guard.NotNegative(lambdaMinus);

    /// <inheritdoc/>
    public override string ToString() => $"threshold-consistent margin m+ {MPlus:R} m- {MMinus:R} lambda+ {LambdaPlus:R} lambda- {LambdaMinus:R}";

    /// <inheritdoc/>
    public override Tensor Of(EmbeddingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var s = batch.Cosines;                                                                 // [B, B]
        var hardPositive = batch.PositivePairs.logical_and(s.detach() <= MPlus);
        var hardNegative = batch.NegativePairs.logical_and(s.detach() >= MMinus);
        return LambdaPlus * EmbeddingBatch.MeanWhere(MPlus - s, hardPositive) + LambdaMinus * EmbeddingBatch.MeanWhere(s - MMinus, hardNegative);
    }
}
