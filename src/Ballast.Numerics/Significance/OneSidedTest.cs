using Ballast.Core;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Ballast.Numerics.Significance;

/// <summary>Tests of "the first is larger than the second"; small p-values speak for it.</summary>
public static class OneSidedTest
{
    /// <summary>Fisher's exact test: how probable are <paramref name="successes"/> or more in the first group when both groups have one rate.</summary>
    /// <param name="successes">Successes of the first group.</param>
    /// <param name="trials">Its trials.</param>
    /// <param name="otherSuccesses">Successes of the second group.</param>
    /// <param name="otherTrials">Its trials.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative or there are more successes than trials.</exception>
    public static double Fisher(int successes, int trials, int otherSuccesses, int otherTrials)
    {
        Guard.InRange(successes, 0, trials);
        Guard.InRange(otherSuccesses, 0, otherTrials);
        // Hypergeometric tail: the terms from the observed one upwards, each from the one before.
        double all = (double)trials + otherTrials, hits = (double)successes + otherSuccesses;
        var most = Math.Min(trials, hits);
        var term = Math.Exp(LogChoose(trials, successes) + LogChoose(otherTrials, otherSuccesses) - LogChoose(all, hits));
        var tail = 0.0;
        for (double x = successes; x <= most; x++)
        {
            tail += term;
            var ratio = (trials - x) * (hits - x) / ((x + 1) * (otherTrials - hits + x + 1));
            term *= ratio;
            // Past the mode the terms fall faster than this ratio: what is left is below 1e-17 of the sum.
            if (ratio < 1 && term < tail * 1e-17 * (1 - ratio))
                break;
        }
        return Math.Min(1, tail);
    }

    /// <summary>Binomial test: how probable are <paramref name="successes"/> or more in <paramref name="trials"/> trials of success probability <paramref name="rate"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, there are more successes than trials, or the rate lies outside [0, 1].</exception>
    public static double Binomial(int successes, int trials, double rate)
    {
        Guard.InRange(successes, 0, trials);
        Guard.InRange(rate, 0.0, 1.0);
        return successes == 0 ? 1 : SpecialFunctions.BetaRegularized(successes, trials - successes + 1.0, rate);
    }

    /// <summary>Welch's t test of two means whose variances may differ; 1 where it cannot be computed (fewer than 2 values, no spread and no difference).</summary>
    public static double Welch(double mean, double variance, int count, double otherMean, double otherVariance, int otherCount)
    {
        if (count < 2 || otherCount < 2)
            return 1;
        var (own, other) = (Guard.NotNegative(variance) / count, Guard.NotNegative(otherVariance) / otherCount);
        var squaredError = own + other;
        if (squaredError == 0)
            return mean > otherMean ? 0 : 1;
        var freedom = squaredError * squaredError / (own * own / (count - 1) + other * other / (otherCount - 1));
        // The upper tail as the lower tail of -t, so that small p-values keep their digits.
        return StudentT.CDF(0, 1, freedom, (otherMean - mean) / Math.Sqrt(squaredError));
    }

    /// <summary>Holm's step-down adjustment (1979): reporting every adjusted value of at most alpha keeps the chance of any false report at alpha.</summary>
    /// <returns>Adjusted p-values in the order given.</returns>
    public static double[] Holm(ReadOnlySpan<double> pValues)
    {
        var order = Enumerable.Range(0, pValues.Length).ToArray();
        var sorted = pValues.ToArray();
        Array.Sort(sorted, order);
        var adjusted = new double[sorted.Length];
        var largest = 0.0;
        for (var i = 0; i < sorted.Length; i++)
        {
            largest = Math.Max(largest, Math.Min(1, (sorted.Length - i) * sorted[i]));
            adjusted[order[i]] = largest;
        }
        return adjusted;
    }

    private static double LogChoose(double n, double k) =>
        SpecialFunctions.GammaLn(n + 1) - SpecialFunctions.GammaLn(k + 1) - SpecialFunctions.GammaLn(n - k + 1);
}
