using Ballast.Core;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Ballast.Numerics.Significance;

/// <summary>Tests of "the two differ", and the adjustment of many p-values at once.</summary>
public static class TwoSidedTest
{
    /// <summary>Fisher's exact test of a 2 x 2 table: the probability of the tables with its margins that are no likelier than it (relative slack 1e-7).</summary>
    /// <param name="successes">Successes of the first group.</param>
    /// <param name="trials">Its trials.</param>
    /// <param name="otherSuccesses">Successes of the second group.</param>
    /// <param name="otherTrials">Its trials.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative or there are more successes than trials.</exception>
    public static double Fisher(int successes, int trials, int otherSuccesses, int otherTrials)
    {
        Guard.InRange(successes, 0, trials);
        Guard.InRange(otherSuccesses, 0, otherTrials);
        var hits = successes + otherSuccesses;
        var all = LogChoose((double)trials + otherTrials, hits);
        var limit = Probability(successes) * (1 + 1e-7);
        var total = 0.0;
        for (var x = Math.Max(0, hits - otherTrials); x <= Math.Min(trials, hits); x++)
            if (Probability(x) is var probability && probability <= limit)
                total += probability;
        return Math.Min(1, total);

        double Probability(int x) => Math.Exp(LogChoose(trials, x) + LogChoose(otherTrials, hits - x) - all);
    }

    /// <summary>Two proportions with pooled variance, no continuity correction.</summary>
    /// <returns>z, positive where the first is larger, and the two-sided p-value; z = 0 and p = 1 where the pooled proportion is 0 or 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A group is empty, or a count is impossible.</exception>
    public static (double Z, double P) Proportions(int successes, int trials, int otherSuccesses, int otherTrials)
    {
        Guard.Positive(trials);
        Guard.Positive(otherTrials);
        Guard.InRange(successes, 0, trials);
        Guard.InRange(otherSuccesses, 0, otherTrials);
        var pooled = ((double)successes + otherSuccesses) / ((double)trials + otherTrials);
        if (pooled is 0 or 1)
            return (0, 1);
        var z = ((double)successes / trials - (double)otherSuccesses / otherTrials) / Math.Sqrt(pooled * (1 - pooled) * (1.0 / trials + 1.0 / otherTrials));
        return (z, SpecialFunctions.Erfc(Math.Abs(z) / Constants.Sqrt2));
    }

    /// <summary>The size of z whose two-sided p-value is p: the normal quantile of 1 - p/2.</summary>
    public static double ZOf(double p) => -Normal.InvCDF(0, 1, Guard.InRange(p, 0.0, 1.0) / 2);

    /// <summary>Benjamini and Hochberg's step-up adjustment (1995): reporting every adjusted value of at most q keeps the expected share of false reports at q.</summary>
    /// <returns>Adjusted p-values in the order given.</returns>
    public static double[] BenjaminiHochberg(ReadOnlySpan<double> pValues)
    {
        var order = Enumerable.Range(0, pValues.Length).ToArray();
        var sorted = pValues.ToArray();
        Array.Sort(sorted, order);
        var adjusted = new double[sorted.Length];
        var least = 1.0;
        for (var i = sorted.Length - 1; i >= 0; i--)
        {
            least = Math.Min(least, sorted[i] * sorted.Length / (i + 1));
            adjusted[order[i]] = least;
        }
        return adjusted;
    }

    private static double LogChoose(double n, double k) =>
        SpecialFunctions.GammaLn(n + 1) - SpecialFunctions.GammaLn(k + 1) - SpecialFunctions.GammaLn(n - k + 1);
}
