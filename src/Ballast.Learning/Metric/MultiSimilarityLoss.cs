using Ballast.Core;
using static TorchSharp.torch;

namespace Ballast.Learning.Metric;

/// <summary>Multi-similarity loss: per row log(1 + sum over positives of exp(-alpha (s - lambda))) / alpha + log(1 + sum over negatives of exp(beta (s - lambda))) / beta; the mean over all rows.</summary>
/// <remarks>
/// Source: Wang et al., CVPR 2019. Its miner keeps the positives with s - eps below the row's most alike negative and the negatives with s + eps above the row's least alike
/// positive; a row that lacks one kind keeps none of the other. The choice carries no gradient.
/// </remarks>
/// <param name="alpha">Sharpness of the positives, above 0.</param>
/// <param name="beta">Sharpness of the negatives, above 0.</param>
/// <param name="lambda">The cosine that pairs are compared with.</param>
/// <param name="minerEpsilon">eps of the miner, at least 0; null keeps all pairs.</param>
public sealed class MultiSimilarityLoss(double alpha = 2, double beta = 50, double lambda = 0.5, double? minerEpsilon = 0.1) : MetricLoss
{
    /// <summary>Sharpness of the positives.</summary>
    public double Alpha { get; } = Guard.Positive(alpha);

    /// <summary>Sharpness of the negatives.</summary>
    public double Beta { get; } = Guard.Positive(beta);

    /// <summary>The cosine that pairs are compared with.</summary>
    public double Lambda { get; } = Guard.InRange(lambda, -1, 1);

    /// <summary>eps of the miner; null for none.</summary>
    public double? MinerEpsilon { get; } = minerEpsilon is { } eps ? Guard.NotNegative(eps, nameof(minerEpsilon)) : null;

    /// <inheritdoc/>
    public override string ToString() => $"multi-similarity alpha {Alpha:R} beta {Beta:R} lambda {Lambda:R} miner {MinerEpsilon:R}";

    /// <inheritdoc/>
    public override Tensor Of(EmbeddingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var (positive, negative) = Mined(batch);
        var pull = SoftPlusSum(-Alpha * (batch.Cosines - Lambda), positive) / Alpha;                      // [B]
        var push = SoftPlusSum(Beta * (batch.Cosines - Lambda), negative) / Beta;                         // [B]
        return (pull + push).mean();
    }

    private (Tensor Positive, Tensor Negative) Mined(EmbeddingBatch batch)
    {
        if (MinerEpsilon is not { } eps)
            return (batch.Positive, batch.Negative);
        var s = batch.Cosines.detach();
        var hardestNegative = s.masked_fill(batch.Negative.logical_not(), double.NegativeInfinity).amax([1], keepdim: true);
        var hardestPositive = s.masked_fill(batch.Positive.logical_not(), double.PositiveInfinity).amin([1], keepdim: true);
        return (batch.Positive.logical_and(s - eps < hardestNegative), batch.Negative.logical_and(s + eps > hardestPositive));
    }

    /// <summary>log(1 + sum of exp of the values that <paramref name="kept"/> marks), row by row.</summary>
    internal static Tensor SoftPlusSum(Tensor values, Tensor kept)
    {
        var marked = values.masked_fill(kept.logical_not(), double.NegativeInfinity);
        return cat([zeros_like(marked.narrow(1, 0, 1)), marked], 1).logsumexp(1);
    }
}
