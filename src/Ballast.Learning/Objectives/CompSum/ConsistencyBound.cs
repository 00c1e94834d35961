using Ballast.Core;

namespace Ballast.Learning.Objectives.CompSum;

/// <summary>How much 0-1 error an excess of a comp-sum loss can cost: R01(h) - R01* + M01 is at most Gamma_tau(R_tau(h) - R_tau* + M_tau).</summary>
/// <remarks>
/// Source: Mao, Mohri and Zhong (ICML 2023), section 3, for all measurable functions or any symmetric complete hypothesis set. Natural
/// logarithms throughout, and n is the true number of classes: for tau above 1 a smaller one makes the bound false. Gamma is the inverse of the calibration
/// transform T on [0, 1]. Tight for tau of at most 1.
/// </remarks>
public static class ConsistencyBound
{
    /// <summary>The calibration transform: the least surrogate excess that goes with a 0-1 excess of <paramref name="t"/>.</summary>
    /// <param name="tau">At least 0.</param>
    /// <param name="classes">Number of classes n, at least 2.</param>
    /// <param name="t">0-1 excess in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its range.</exception>
    public static double T(double tau, int classes, double t)
    {
        CompSumTransform.CheckTau(tau);
        CompSumTransform.CheckClasses(classes);
        Guard.InRange(t, 0, 1);
        if (tau >= 2)
            return t / ((tau - 1) * Math.Pow(classes, tau - 1));
        if (tau == 1)
            return t == 1 ? Math.Log(2) : LogOneMinusSquare(t) / 2 + t * Math.Atanh(t);
        var growth = CompSumTransform.Expm1((2 - tau) * LogMean(1 / (2 - tau), t));   // m(t)^(2-tau) - 1
        return tau < 1
            ? Math.Pow(2, 1 - tau) / (tau - 1) * growth
            : growth / ((tau - 1) * Math.Pow(classes, tau - 1));
    }

    /// <summary>The largest 0-1 excess that goes with a surrogate excess of <paramref name="excess"/>: the inverse of <see cref="T"/>, 1 above T(1).</summary>
    /// <param name="tau">At least 0.</param>
    /// <param name="classes">Number of classes n, at least 2.</param>
    /// <param name="excess">Surrogate excess and gap together, at least 0.</param>
    /// <returns>In [0, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its range.</exception>
    public static double Gamma(double tau, int classes, double excess)
    {
        Guard.NotNegative(excess);
        if (excess >= T(tau, classes, 1))
            return 1;
        if (excess == 0)
            return 0;
        var (low, high) = (0.0, 1.0);
        while (high - low > 1e-15)
        {
            var middle = low + (high - low) / 2;
            if (middle == low || middle == high)
                break;
            if (T(tau, classes, middle) < excess)
                low = middle;
            else
                high = middle;
        }
        return low + (high - low) / 2;
    }

    /// <summary>A simple upper bound of <see cref="Gamma"/>: sqrt(2^tau (2 - tau) v) for tau &lt; 1, sqrt(2 n^(tau-1) v) up to 2, (tau - 1) n^(tau-1) v from 2 on; it may exceed 1.</summary>
    /// <inheritdoc cref="Gamma"/>
    public static double GammaUpper(double tau, int classes, double excess)
    {
        CompSumTransform.CheckTau(tau);
        CompSumTransform.CheckClasses(classes);
        Guard.NotNegative(excess);
        if (tau < 1)
            return Math.Sqrt(Math.Pow(2, tau) * (2 - tau) * excess);
        var factor = Math.Pow(classes, tau - 1);
        return tau < 2 ? Math.Sqrt(2 * factor * excess) : (tau - 1) * factor * excess;
    }

    /// <summary>Evaluates the bound for one model from conditionals alone: R* and the gap cancel, so no best model has to be trained.</summary>
    /// <param name="tau">At least 0.</param>
    /// <param name="scores">n x K scores of the model, row-major.</param>
    /// <param name="conditionals">n x K conditional probabilities of the classes, row-major; each row sums to 1 within 1e-6.</param>
    /// <param name="classes">K.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a row is no distribution.</exception>
    public static ModelBound OfModel(double tau, ReadOnlySpan<double> scores, ReadOnlySpan<double> conditionals, int classes)
    {
        CompSumTransform.CheckTau(tau);
        CompSumTransform.CheckClasses(classes);
        Guard.SameLength(scores.Length, conditionals.Length, nameof(scores), nameof(conditionals));
        if (scores.Length == 0 || scores.Length % classes != 0)
            throw new ArgumentException($"{scores.Length} scores are no whole number of rows of {classes}.", nameof(scores));
        var rows = scores.Length / classes;
        var (surrogate, zeroOne) = (0.0, 0.0);
        for (var i = 0; i < rows; i++)
        {
            var z = scores.Slice(i * classes, classes);
            var q = conditionals.Slice(i * classes, classes);
            surrogate += ConditionalRisk.Surrogate(tau, z, q) - ConditionalRisk.Best(tau, q);
            zeroOne += ConditionalRisk.ZeroOne(z, q) - ConditionalRisk.BestZeroOne(q);
        }
        var excess = Math.Max(surrogate / rows, 0);
        return new ModelBound(tau, excess, zeroOne / rows, Gamma(tau, classes, excess));
    }

    // log m(t), m(t) = ((1+t)^a + (1-t)^a) / 2. Near 0 as a/2 log(1-t^2) + log cosh(a atanh t), whose parts are both of order t^2; far from 0
    // as a log(1+t) + log((1 + ((1-t)/(1+t))^a) / 2), which does not overflow for large a.
    private static double LogMean(double a, double t)
    {
        if (t == 1)
            return (a - 1) * Math.Log(2);
        var angle = a * Math.Atanh(t);
        if (angle > 1)
            return a * CompSumTransform.LogOnePlus(t) + Math.Log((1 + Math.Exp(-2 * angle)) / 2);
        var sinh = Math.Sinh(angle / 2);
        return a / 2 * LogOneMinusSquare(t) + CompSumTransform.LogOnePlus(2 * sinh * sinh);
    }

    private static double LogOneMinusSquare(double t) => CompSumTransform.LogOnePlus(-t * t);
}
