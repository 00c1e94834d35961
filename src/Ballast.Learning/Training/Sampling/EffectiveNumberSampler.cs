namespace Ballast.Learning.Training.Sampling;

/// <summary>Each sample weighs 1/E_k of its class, E_k = (1 - beta^n_k) / (1 - beta): class k has probability proportional to n_k / E_k.</summary>
/// <remarks>Source: Cui et al., "Class-balanced loss based on effective number of samples", CVPR 2019, eq. 2, as weights of draws.</remarks>
/// <param name="Beta">In [0, 1): 0 draws by count, near 1 by class.</param>
/// <param name="Draws">Draws an epoch, at least 1; null for as many as there are samples.</param>
public sealed record EffectiveNumberSampler(double Beta = 0.9999, int? Draws = null) : ClassSampler(Draws)
{
    /// <summary>In [0, 1).</summary>
    public double Beta { get; } = Beta is >= 0 and < 1 ? Beta : throw new ArgumentOutOfRangeException(nameof(Beta), Beta, "Beta must lie in [0, 1).");

    /// <inheritdoc/>
    protected override double[] ClassMass(IReadOnlyList<int> counts, int epoch, int epochs) =>
        [.. counts.Select(n => n == 0 ? 0 : n * (1 - Beta) / (1 - Math.Pow(Beta, n)))];
}
