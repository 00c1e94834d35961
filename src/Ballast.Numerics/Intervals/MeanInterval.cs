using Ballast.Core;
using MathNet.Numerics.Distributions;

namespace Ballast.Numerics.Intervals;

/// <summary>The mean of a few independent repetitions, such as seeds, with Student's interval.</summary>
public static class MeanInterval
{
    /// <summary>Mean, and mean +- t(1/2 + level/2, n-1) s / sqrt(n): exact for normal values; with 3 repetitions wide (t = 4.3), as it must be.</summary>
    /// <param name="values">n values, at least one; one alone has an infinite interval.</param>
    /// <param name="level">Nominal coverage, inside (0, 1).</param>
    /// <exception cref="ArgumentException">There are no values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The level lies outside (0, 1).</exception>
    public static Estimate Student(ReadOnlySpan<double> values, double level = 0.95)
    {
        if (values.IsEmpty)
            throw new ArgumentException("There are no values.", nameof(values));
        if (!(level > 0 && level < 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "The level must lie strictly between 0 and 1.");
        var count = values.Length;
        var mean = 0.0;
        foreach (var value in values)
            mean += value / count;
        if (count == 1)
            return new(mean, new Interval(double.NegativeInfinity, double.PositiveInfinity, level), 1);
        var half = StudentT.InvCDF(0, 1, count - 1, 0.5 + level / 2) * Deviation(values) / Math.Sqrt(count);
        return new(mean, new Interval(mean - half, mean + half, level), count);
    }

    /// <summary>The unbiased standard deviation, n - 1 below; 0 of one value.</summary>
    public static double Deviation(ReadOnlySpan<double> values)
    {
        var (mean, squares) = (0.0, 0.0);
        foreach (var value in values)
            mean += value / values.Length;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return values.Length < 2 ? 0 : Math.Sqrt(squares / (values.Length - 1));
    }
}
