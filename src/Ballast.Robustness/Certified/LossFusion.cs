using static TorchSharp.torch;

namespace Ballast.Robustness.Certified;

/// <summary>Loss fusion: Σ_k exp(f_k - f_y) bounded from above as one function, so that linear bounds cost one row a sample whatever the number of classes.</summary>
/// <remarks>Source: Xu et al. (NeurIPS 2020), section 3.3. Everything is scaled by e^-M, M = max_k of the upper ends of g = f - f_y, a constant to the gradient.</remarks>
internal sealed class LossFusion
{
    private const double Narrow = 1e-8;

    private LossFusion(Tensor lower, Tensor upper, Tensor maximum, Tensor ibp, Tensor? crown) => (DifferenceLower, DifferenceUpper, Maximum, IbpScaled, CrownScaled) = (lower, upper, maximum, ibp, crown);

    /// <summary>[B, K]: lower bounds of f_k - f_y by intervals.</summary>
    public Tensor DifferenceLower { get; }

    /// <summary>[B, K]: upper bounds.</summary>
    public Tensor DifferenceUpper { get; }

    /// <summary>[B]: M.</summary>
    public Tensor Maximum { get; }

    /// <summary>[B]: S e^-M by intervals.</summary>
    public Tensor IbpScaled { get; }

    /// <summary>[B]: S e^-M by linear bounds; null where only intervals were asked for.</summary>
    public Tensor? CrownScaled { get; }

    /// <summary>Bounds the sum on every box.</summary>
    /// <param name="bounds">The network's bounds, propagated.</param>
    /// <param name="labels">[B], int64.</param>
    /// <param name="classes">K.</param>
    /// <param name="bound">Whether linear bounds are wanted too.</param>
    public static LossFusion Of(TrainingBounds bounds, Tensor labels, int classes, CertifiedBound bound)
    {
        var rows = Differences(labels, classes, bounds.Type);                     // [B, K, K], row y is 0
        var (lower, upper) = bounds.IntervalBounds(rows);
        var maximum = upper.detach().amax([1]);
        var scaledUpper = (upper - maximum.unsqueeze(1)).exp();
        var ibp = scaledUpper.sum(1);
        if (bound == CertifiedBound.Ibp)
            return new LossFusion(lower, upper, maximum, ibp, null);
        // The chord of exp on [g_l - M, g_u - M] lies above it.
        var scaledLower = (lower - maximum.unsqueeze(1)).exp();
        var slope = ((scaledUpper - scaledLower) / (upper - lower).clamp_min(Narrow)).clamp_min(Narrow);
        var intercept = scaledLower - slope * (lower - maximum.unsqueeze(1));
        // From above Λ g with Λ = a > 0: minus the lower bound of -Λ g.
        var row = -slope.unsqueeze(1).matmul(rows);                          // [B, 1, K]
        var crown = -bounds.LinearBound(row).squeeze(1) + (intercept - slope * maximum.unsqueeze(1)).sum(1);
        return new LossFusion(lower, upper, maximum, ibp, crown);
    }

    /// <summary>log(κ S_CROWN + (1 - κ) S_IBP), [B]: the mixing is on S.</summary>
    public Tensor PerSample(double kappa) => (CrownScaled is null ? IbpScaled : CertifiedLoss.Mix(CrownScaled, IbpScaled, kappa)).log() + Maximum;

    private static Tensor Differences(Tensor labels, int classes, ScalarType type)
    {
        var unit = eye(classes, dtype: type, device: labels.device);
        return unit.unsqueeze(0) - unit.index_select(0, labels).unsqueeze(1);
    }
}
