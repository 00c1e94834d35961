using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>The arithmetic of SMOTE and SMOTE-NC in float64, with every draw given.</summary>
public static class SmoteCore
{
    /// <summary>New rows x_b + u (x_j - x_b), one step u a row.</summary>
    /// <param name="x">n x <paramref name="width"/> values, row-major.</param>
    /// <param name="width">Columns d.</param>
    /// <param name="bases">Row b of each new row.</param>
    /// <param name="neighbours">Row j of each new row.</param>
    /// <param name="steps">Step u of each new row, 0 to 1.</param>
    /// <returns>New rows x d values, row-major.</returns>
    /// <exception cref="ArgumentException">The draws differ in length.</exception>
    public static double[] Interpolate(ReadOnlySpan<double> x, int width, ReadOnlySpan<int> bases, ReadOnlySpan<int> neighbours, ReadOnlySpan<double> steps)
    {
        Guard.SameLength(bases.Length, neighbours.Length, nameof(bases), nameof(neighbours));
        Guard.SameLength(bases.Length, steps.Length, nameof(bases), nameof(steps));
        var made = new double[bases.Length * width];
        for (var i = 0; i < bases.Length; i++)
            Interpolate(x.Slice(bases[i] * width, width), x.Slice(neighbours[i] * width, width), steps[i], made.AsSpan(i * width, width));
        return made;
    }

    /// <summary>One new row on the segment from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public static void Interpolate(ReadOnlySpan<double> from, ReadOnlySpan<double> to, double step, Span<double> destination)
    {
        for (var j = 0; j < destination.Length; j++)
            destination[j] = Between(from[j], to[j], step);
    }

    internal static double Between(double from, double to, double step) => from + step * (to - from);

    /// <summary>The median, over columns, of the population standard deviation over rows: the price of a differing category in SMOTE-NC (Chawla et al. 2002, section 6.1).</summary>
    /// <param name="x">n x <paramref name="width"/> values of the rows of the class being grown, row-major.</param>
    /// <param name="width">Numeric columns; at least 1.</param>
    /// <returns>At least 0; with an even number of columns the mean of the middle two.</returns>
    public static double MedianStandardDeviation(ReadOnlySpan<double> x, int width)
    {
        Guard.Positive(width);
        var count = x.Length / width;
        var deviations = new double[width];
        for (var j = 0; j < width; j++)
        {
            var mean = 0.0;
            for (var i = 0; i < count; i++)
                mean += x[i * width + j];
            mean /= count;
            var squares = 0.0;
            for (var i = 0; i < count; i++)
                squares += (x[i * width + j] - mean) * (x[i * width + j] - mean);
            deviations[j] = Math.Sqrt(squares / count);
        }
        Array.Sort(deviations);
        return (deviations[(width - 1) / 2] + deviations[width / 2]) / 2;
    }

    /// <summary>The values that occur most often, ascending: more than one where they tie.</summary>
    public static int[] MostFrequent(ReadOnlySpan<int> values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var winners = new List<int>();
        var best = 0;
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && sorted[end] == sorted[start];)
                end++;
            if (end - start > best)
            {
                winners.Clear();
                best = end - start;
            }
            if (end - start == best)
                winners.Add(sorted[start]);
        }
        return [.. winners];
    }
}
