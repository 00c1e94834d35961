using Ballast.Core;
using MathNet.Numerics.Distributions;

namespace Ballast.Learning.Adversarial;

/// <summary>What re-weighting a rare class costs a robust linear classifier of two Gaussians N(±η·1, σ²I) in d dimensions, ℓ∞ radius ε: exact.</summary>
/// <remarks>
/// Source: Wang et al. (ICDM 2022), re-derived. m = √d (η - ε)/σ is the robust margin, m₀ = √d η/σ the standard one, β = ln(R/ρ)/(2m) the shift of the intercept at prior ratio R with the rare
/// class weighted by ρ. Standard errors: frequent Φ(-m₀ - β), rare Φ(-m₀ + β); robust ones have m for m₀.
/// </remarks>
/// <param name="Eta">Half the distance of the means in each coordinate, above <paramref name="Epsilon"/>.</param>
/// <param name="Sigma">Standard deviation of each coordinate, above 0.</param>
/// <param name="Dimension">Coordinates d, at least 1.</param>
/// <param name="Epsilon">Radius in the maximum norm, at least 0.</param>
/// <param name="Ratio">Rows of the frequent class for one of the rare, at least 1.</param>
public sealed record SeparabilityForecast(double Eta, double Sigma, int Dimension, double Epsilon, double Ratio)
{
    /// <summary>Half the distance of the means in each coordinate.</summary>
    public double Eta { get; } = Eta > Epsilon ? Eta : throw new ArgumentOutOfRangeException(nameof(Eta), Eta, $"eta must exceed epsilon, {Epsilon}: no linear classifier is robust at that radius.");

    /// <summary>Standard deviation of each coordinate.</summary>
    public double Sigma { get; } = Guard.Positive(Sigma);

    /// <summary>Coordinates.</summary>
    public int Dimension { get; } = Guard.Positive(Dimension);

    /// <summary>Radius in the maximum norm.</summary>
    public double Epsilon { get; } = Guard.NotNegative(Epsilon);

    /// <summary>Rows of the frequent class for one of the rare.</summary>
    public double Ratio { get; } = Ratio >= 1 ? Ratio : throw new ArgumentOutOfRangeException(nameof(Ratio), Ratio, "The ratio must be at least 1.");

    /// <summary>m₀ = √d η/σ.</summary>
    public double StandardMargin => Math.Sqrt(Dimension) * Eta / Sigma;

    /// <summary>m = √d (η - ε)/σ.</summary>
    public double RobustMargin => Math.Sqrt(Dimension) * (Eta - Epsilon) / Sigma;

    /// <summary>The errors of the robust classifier whose rare class was weighted by <paramref name="rareWeight"/>.</summary>
    /// <param name="rareWeight">ρ, above 0: 1 leaves the classes as they are, R balances them.</param>
    public SeparabilityPoint At(double rareWeight)
    {
        var shift = Math.Log(Ratio / Guard.Positive(rareWeight)) / (2 * RobustMargin);
        return new SeparabilityPoint(
            rareWeight, Error(StandardMargin + shift), Error(StandardMargin - shift), Error(RobustMargin + shift), Error(RobustMargin - shift));
    }

    /// <summary>The error curves over weights of the rare class.</summary>
    /// <param name="rareWeights">Each above 0.</param>
    public IReadOnlyList<SeparabilityPoint> Curve(IEnumerable<double> rareWeights) => [.. rareWeights.Select(At)];

    /// <summary>What the frequent class loses in standard error when the rare one is weighted by R: Φ(-m₀) - Φ(-m₀ - ln R/(2m)).</summary>
    public double ReweightingCost => At(Ratio).FrequentError - At(1).FrequentError;

    private static double Error(double margin) => Normal.CDF(0, 1, -margin);
}
