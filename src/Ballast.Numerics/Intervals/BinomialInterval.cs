using Ballast.Core;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Ballast.Numerics.Intervals;

/// <summary>Intervals for a proportion: s successes in n independent trials.</summary>
public static class BinomialInterval
{
    /// <summary>Wilson's score interval (1927): coverage near the nominal level on average, also for few trials and rare events.</summary>
    /// <param name="successes">s, 0 to <paramref name="trials"/>; need not be whole.</param>
    /// <param name="trials">n; 0 gives [0, 1].</param>
    /// <param name="level">Nominal coverage, inside (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative or s exceeds n; the level lies outside (0, 1).</exception>
    public static Interval Wilson(double successes, double trials, double level = 0.95)
    {
        Check(successes, trials, level);
        if (trials == 0)
            return new Interval(0, 1, level);
        var z = Normal.InvCDF(0, 1, 0.5 + level / 2);
        var p = successes / trials;
        var shrink = 1 + z * z / trials;
        var centre = (p + z * z / (2 * trials)) / shrink;
        var half = z / shrink * Math.Sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials));
        // The ends are exact at s = 0 and s = n; rounding must not move them.
        var low = successes == 0 ? 0 : Math.Max(0, centre - half);
        var high = successes == trials ? 1 : Math.Min(1, centre + half);
        return new Interval(low, high, level);
    }

    /// <summary>Wilson's interval of n draws without replacement from a finite population: n_eff = n (N - 1) / (N - n) stands for n. Exact, [s/n, s/n], when all were drawn.</summary>
    /// <param name="successes">s, 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">n, at most <paramref name="population"/>.</param>
    /// <param name="population">N, at least 1.</param>
    /// <param name="level">Nominal coverage, inside (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A count lies outside its range; the level lies outside (0, 1).</exception>
    public static Interval WilsonFinite(long successes, long trials, long population, double level = 0.95)
    {
        Check(successes, trials, level);
        Guard.InRange(trials, 0, Guard.Positive(population));
        if (trials == 0)
            return new Interval(0, 1, level);
        var share = (double)successes / trials;
        if (trials == population)
            return new Interval(share, share, level);
        var effective = trials * (population - 1.0) / (population - trials);
        return Wilson(successes == trials ? effective : effective * share, effective, level);
    }

    /// <summary>The proportion s/n with Wilson's interval; 0 with [0, 1] when there are no trials.</summary>
    public static Estimate WilsonEstimate(int successes, int trials, double level = 0.95) =>
        new(trials == 0 ? 0 : (double)successes / trials, Wilson(successes, trials, level), trials);

    /// <summary>The exact interval of Clopper and Pearson (1934): coverage never below the nominal level.</summary>
    /// <param name="successes">s, 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">n; 0 gives [0, 1].</param>
    /// <param name="level">Nominal coverage, inside (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative or s exceeds n; the level lies outside (0, 1).</exception>
    public static Interval ClopperPearson(long successes, long trials, double level = 0.95)
    {
        Check(successes, trials, level);
        var tail = (1 - level) / 2;
        var low = successes == 0 ? 0 : BetaQuantile(successes, trials - successes + 1.0, tail);
        var high = successes == trials ? 1 : BetaQuantile(successes + 1.0, trials - successes, 1 - tail);
        return new Interval(low, high, level);
    }

    // Bisection in log odds, so that a proportion of 1e-9 has as many right digits as one of 1/2.
    private static double BetaQuantile(double a, double b, double probability)
    {
        var (low, high) = (-700.0, 700.0);
        for (var step = 0; step < 70; step++)
        {
            var middle = 0.5 * (low + high);
            if (SpecialFunctions.BetaRegularized(a, b, SpecialFunctions.Logistic(middle)) < probability)
                low = middle;
            else
                high = middle;
        }
        return SpecialFunctions.Logistic(0.5 * (low + high));
    }

    private static void Check(double successes, double trials, double level)
    {
        Guard.NotNegative(trials);
        Guard.InRange(successes, 0, trials);
        if (!(level > 0 && level < 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "level must lie strictly between 0 and 1.");
    }
}
