using Ballast.Core;
using Ballast.Learning.Adversarial;
using MathNet.Numerics.LinearAlgebra;

namespace Ballast.Robustness.Disparity;

/// <summary>How much accuracy adversarial robustness costs two classes of unequal number, and how much of it falls on the rare one: closed forms.</summary>
/// <remarks>
/// Source: Hu, Wu, Zhang and Zhao (ICML 2023), re-derived. The frequent class + has prior R/(1 + R). The attacker moves a sample by at most ε in a norm with dual norm q, so that a linear classifier has the
/// worst-case margin y(w·x + b) - ε‖w‖_q.
/// </remarks>
public static class AccuracyDisparity
{
    /// <summary>Classes N(±μ, Σ).</summary>
    /// <remarks>
    /// z* is the point of the ball of radius ε nearest to μ in Σ⁻¹; w ∝ Σ⁻¹(μ - z*), m_rob = √((μ - z*)ᵀΣ⁻¹(μ - z*)), β = ln R/(2 m_rob). Accuracies are Φ(m ± β). With m_rob = 0 no linear
    /// classifier is robust and the optimum always says +.
    /// </remarks>
    /// <param name="mean">[d] μ of the frequent class; the rare one has -μ.</param>
    /// <param name="covariance">[d, d] Σ, symmetric and positive definite.</param>
    /// <param name="norm">The attacker's norm.</param>
    /// <param name="epsilon">ε, at least 0.</param>
    /// <param name="ratio">R, at least 1.</param>
    /// <exception cref="ArgumentException">Sizes differ, Σ is not symmetric, or not positive definite: the message says its smallest eigenvalue.</exception>
    public static DisparityForecast Gaussian(IReadOnlyList<double> mean, double[,] covariance, PerturbationNorm norm, double epsilon, double ratio)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(covariance);
        var (mu, problem) = (Vector<double>.Build.DenseOfEnumerable(mean), new GaussianDirection(covariance, mean.Count));
        Check(epsilon, ratio);
        var standard = problem.Solve(mu, norm, 0);
        var robust = epsilon == 0 ? standard : problem.Solve(mu, norm, epsilon);
        var natural = Sides.Of(NormalCdf, standard.Margin, standard.Margin, GaussianIntercept(standard.Margin, ratio));
        var attacked = Sides.Of(NormalCdf, robust.Natural, robust.Margin, GaussianIntercept(robust.Margin, ratio));
        return Forecast(NormalCdf, robust.W, robust.Scale, standard.Margin, robust.Natural, natural, attacked);
    }

    /// <summary>Classes ±μ + γ ξ with independent standard symmetric α-stable components ξ, attacked in the maximum norm.</summary>
    /// <remarks>
    /// v = soft(μ, ε), w ∝ sign(v)|v|^(1/(α-1)) with ‖w‖_α = 1, for α = 1 all weight on the largest |v|; m_rob = (w·μ - ε‖w‖_1)/γ. For α below 2 the optimum gives up the rare class from a finite
    /// ratio on (<see cref="CriticalRatio"/>): accuracies 1 and 0.
    /// </remarks>
    /// <param name="mean">[d] μ of the frequent class.</param>
    /// <param name="alpha">α, in [1, 2].</param>
    /// <param name="scale">γ, above 0.</param>
    /// <param name="epsilon">ε, at least 0.</param>
    /// <param name="ratio">R, at least 1.</param>
    public static DisparityForecast Stable(IReadOnlyList<double> mean, double alpha, double scale, double epsilon, double ratio)
    {
        ArgumentNullException.ThrowIfNull(mean);
        Guard.Positive(scale);
        Check(epsilon, ratio);
        var law = new StableMargin(alpha);
        var standard = StableMargin.Direction(mean, alpha, scale, 0);
        var robust = StableMargin.Direction(mean, alpha, scale, epsilon);
        var natural = Sides.Of(law.Cdf, standard.Robust, standard.Robust, law.Intercept(standard.Robust, ratio));
        var attacked = Sides.Of(law.Cdf, robust.Natural, robust.Robust, law.Intercept(robust.Robust, ratio));
        return Forecast(law.Cdf, robust.W, scale, standard.Robust, robust.Natural, natural, attacked);
    }

    /// <summary>R* of a margin: from this ratio on the optimal linear classifier of α-stable classes always says "frequent".</summary>
    /// <param name="margin">m, at least 0, in units of scale.</param>
    /// <param name="alpha">α, in [1, 2].</param>
    public static CriticalRatio CriticalRatio(double margin, double alpha = 1) => new StableMargin(alpha).Critical(Guard.NotNegative(margin));

    private static DisparityForecast Forecast(
        Func<double, double> cdf, double[] w, double scale, double standardMargin, double naturalMargin, Sides standard, Sides robust) => new()
        {
            W = w,
            Intercept = robust.Shift * scale,
            InterceptInUnitsOfScale = robust.Shift,
            NaturalMargin = naturalMargin,
            RobustMargin = robust.Margin,
            StandardMargin = standardMargin,
            Collapsed = robust.Collapsed,
            StandardCollapsed = standard.Collapsed,
            AccuracyFrequent = robust.Frequent,
            AccuracyRare = robust.Rare,
            StandardAccuracyFrequent = standard.Frequent,
            StandardAccuracyRare = standard.Rare,
            RobustAccuracyFrequent = robust.WorstFrequent,
            RobustAccuracyRare = robust.WorstRare,
            // Of errors, not accuracies: near 1 a difference of accuracies has lost its digits.
            InherentEffect = cdf(-naturalMargin) - cdf(-standardMargin),
        };

    private static double GaussianIntercept(double margin, double ratio) => margin > 0 ? Math.Log(ratio) / (2 * margin) : double.PositiveInfinity;

    private static double NormalCdf(double x) => MathNet.Numerics.SpecialFunctions.Erfc(-x / Math.Sqrt(2)) / 2;

    private static void Check(double epsilon, double ratio)
    {
        Guard.NotNegative(epsilon);
        if (!(ratio >= 1) || double.IsInfinity(ratio))
            throw new ArgumentOutOfRangeException(nameof(ratio), ratio, "The ratio of the frequent to the rare class must be at least 1.");
    }

    /// <summary>Accuracies of both classes of one classifier; a shift of +∞ always says "frequent".</summary>
    private readonly record struct Sides(double Margin, double Shift, double Frequent, double Rare, double WorstFrequent, double WorstRare)
    {
        public bool Collapsed => double.IsPositiveInfinity(Shift);

        public static Sides Of(Func<double, double> cdf, double natural, double worst, double shift) => double.IsPositiveInfinity(shift)
            ? new Sides(worst, shift, 1, 0, 1, 0)
            : new Sides(worst, shift, cdf(natural + shift), cdf(natural - shift), cdf(worst + shift), cdf(worst - shift));
    }
}
