using Ballast.Core;
using MathNet.Numerics.Distributions;

namespace Ballast.Robustness.Faults;

/// <summary>How many injections a stated error needs.</summary>
public static class SampleSize
{
    /// <summary>n = N / (1 + e^2 (N - 1) / (t^2 p (1 - p))), rounded up, t the normal quantile. Source: Leveugle et al., DATE 2009.</summary>
    /// <param name="population">N, the number of (site, input) pairs; at least 1.</param>
    /// <param name="margin">Half-width e of the interval, above 0.</param>
    /// <param name="confidence">Inside (0, 1).</param>
    /// <param name="p">Expected share, inside (0, 1); 0.5, the worst case, unless a pilot gives better.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public static long For(long population, double margin, double confidence = 0.95, double p = 0.5)
    {
        Guard.Positive(population);
        Guard.Positive(margin);
        if (!(confidence > 0 && confidence < 1) || !(p > 0 && p < 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), $"Confidence {confidence} and p {p} must lie strictly between 0 and 1.");
        var t = Normal.InvCDF(0, 1, 0.5 + confidence / 2);
        var n = population / (1 + margin * margin * (population - 1.0) / (t * t * p * (1 - p)));
        return Math.Min(population, (long)Math.Ceiling(n));
    }
}
