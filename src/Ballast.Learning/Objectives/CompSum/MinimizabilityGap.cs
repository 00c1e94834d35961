using Ballast.Core;

namespace Ballast.Learning.Objectives.CompSum;

/// <summary>The part of a comp-sum loss that no model of the class can remove: M_tau(H) = R_tau*(H) - E[inf over h in H of C_tau(h, x)], at least 0.</summary>
/// <remarks>Source: Mao, Mohri and Zhong (ICML 2023), section 4. A bound without the gap is false for a restricted class of models.</remarks>
public static class MinimizabilityGap
{
    /// <summary>C*_tau(q), the best conditional risk over unbounded scores, or over scores in [-L, L].</summary>
    /// <param name="tau">At least 0.</param>
    /// <param name="conditional">K probabilities q that sum to 1 within 1e-6.</param>
    /// <param name="scoreBound">L, greater than 0; null for unbounded scores.</param>
    /// <exception cref="ArgumentException">q is no distribution, or L is not positive.</exception>
    public static double BestConditionalRisk(double tau, ReadOnlySpan<double> conditional, double? scoreBound = null) =>
        scoreBound is { } bound ? ConditionalRisk.Best(tau, conditional, bound) : ConditionalRisk.Best(tau, conditional);

    /// <summary>The mean of C*_tau over n points.</summary>
    /// <param name="tau">At least 0.</param>
    /// <param name="conditionals">n x K probabilities, row-major.</param>
    /// <param name="classes">K.</param>
    /// <param name="scoreBound">L, greater than 0; null for unbounded scores.</param>
    /// <exception cref="ArgumentException">A row is no distribution.</exception>
    public static double MeanBestRisk(double tau, ReadOnlySpan<double> conditionals, int classes, double? scoreBound = null)
    {
        CompSumTransform.CheckClasses(classes);
        if (conditionals.Length == 0 || conditionals.Length % classes != 0)
            throw new ArgumentException($"{conditionals.Length} probabilities are no whole number of rows of {classes}.", nameof(conditionals));
        var sum = 0.0;
        for (var start = 0; start < conditionals.Length; start += classes)
            sum += BestConditionalRisk(tau, conditionals.Slice(start, classes), scoreBound);
        return sum / (conditionals.Length / classes);
    }

    /// <summary>The gap from the best risk found over the class; an upper estimate, because training finds no better than the best.</summary>
    /// <param name="tau">At least 0.</param>
    /// <param name="conditionals">n x K known or estimated conditional probabilities, row-major.</param>
    /// <param name="classes">K.</param>
    /// <param name="bestRisk">Expected loss of the best model found.</param>
    /// <param name="scoreBound">L where the class bounds its scores; null otherwise.</param>
    /// <exception cref="ArgumentException">A row is no distribution.</exception>
    public static double Estimate(double tau, ReadOnlySpan<double> conditionals, int classes, double bestRisk, double? scoreBound = null) =>
        bestRisk - MeanBestRisk(tau, conditionals, classes, scoreBound);

    /// <summary>The gap at most, from the best sum-exponential risk R_0*: Phi_tau(R_0*) - E[C*_tau] (Jensen).</summary>
    /// <param name="tau">At least 0.</param>
    /// <param name="bestSumExponentialRisk">R_0*(H), at least 0.</param>
    /// <param name="meanBestRisk">E[C*_tau], as <see cref="MeanBestRisk"/> or <see cref="DeterministicBestRisk"/> gives it.</param>
    public static double UpperBound(double tau, double bestSumExponentialRisk, double meanBestRisk) =>
        CompSumTransform.Phi(tau, bestSumExponentialRisk) - meanBestRisk;

    /// <summary>C*_tau where each point has one label for sure and scores lie in [-L, L]: Phi_tau((n - 1) exp(-2 L)).</summary>
    /// <param name="tau">At least 0.</param>
    /// <param name="classes">n, at least 2.</param>
    /// <param name="scoreBound">L, greater than 0.</param>
    public static double DeterministicBestRisk(double tau, int classes, double scoreBound) =>
        CompSumTransform.Phi(tau, (CompSumTransform.CheckClasses(classes) - 1) * Math.Exp(-2 * Guard.Positive(scoreBound)));

    /// <summary>What a surrogate excess over the best model and a gap can cost in 0-1 error: Gamma_tau(excess + gap) bounds R01(h) - R01* + M01.</summary>
    /// <param name="tau">At least 0.</param>
    /// <param name="classes">The true number of classes.</param>
    /// <param name="surrogateExcess">R_tau(h) - R_tau*(H), at least 0.</param>
    /// <param name="gap">M_tau(H), at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative.</exception>
    public static double ExcessErrorBound(double tau, int classes, double surrogateExcess, double gap) =>
        ConsistencyBound.Gamma(tau, classes, Guard.NotNegative(surrogateExcess) + Guard.NotNegative(gap));
}
