using Ballast.Core;

namespace Ballast.Evaluation.Calibration.Measures;

/// <summary>Measures of the top label on rows sorted by confidence: confidences ascending, and 1 where the predicted class is the label, else 0.</summary>
internal static class RankedHits
{
    /// <summary>Order of the rows (stable), their confidences and hits.</summary>
    public static (int[] Order, double[] Confidences, double[] Hits) Sort(Predictions predictions, ReadOnlySpan<int> labels)
    {
        var (given, right) = Curves.TopLabel.Of(predictions, labels);
        var order = new int[given.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        order.AsSpan().Sort((a, b) => given[a] != given[b] ? given[a].CompareTo(given[b]) : a.CompareTo(b));
        var (confidences, hits) = (new double[order.Length], new double[order.Length]);
        for (var i = 0; i < order.Length; i++)
            (confidences[i], hits[i]) = (given[order[i]], right[order[i]] ? 1 : 0);
        return (order, confidences, hits);
    }

    /// <summary>Bins (i / B, (i + 1) / B], the first holding 0 too.</summary>
    public static double EqualWidth(ReadOnlySpan<double> confidences, ReadOnlySpan<double> hits, int bins)
    {
        var (error, difference) = (0.0, 0.0);
        for (var (i, b) = (0, 0); b < bins; b++)
        {
            var edge = b + 1 == bins ? double.PositiveInfinity : (b + 1.0) / bins;
            for (difference = 0; i < confidences.Length && confidences[i] <= edge; i++)
                difference += hits[i] - confidences[i];
            error += Math.Abs(difference);
        }
        return error / confidences.Length;
    }

    /// <summary>Bins (e_i, e_{i+1}], the first closed; e_i interpolates the sorted confidences at position n i / B, the last value beyond them.</summary>
    public static double EqualMass(ReadOnlySpan<double> confidences, ReadOnlySpan<double> hits, int bins)
    {
        var error = 0.0;
        for (var (i, b) = (0, 0); b < bins; b++)
        {
            var edge = b + 1 == bins ? double.PositiveInfinity : Interpolated(confidences, confidences.Length * (b + 1.0) / bins);
            var difference = 0.0;
            for (; i < confidences.Length && confidences[i] <= edge; i++)
                difference += hits[i] - confidences[i];
            error += Math.Abs(difference);
        }
        return error / confidences.Length;
    }

    private static double Interpolated(ReadOnlySpan<double> sorted, double position)
    {
        var below = (int)position;
        return below + 1 >= sorted.Length ? sorted[^1] : sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]);
    }

    /// <summary>Runs of equally many rows: plug-in errors, and those with chance's share taken away. The first n mod B runs are one row longer; empty runs do not count.</summary>
    public static RunErrors Runs(ReadOnlySpan<double> confidences, ReadOnlySpan<double> hits, int bins)
    {
        var (plugin, expected, squares, unbiasedSquares) = (0.0, 0.0, 0.0, 0.0);
        var rows = confidences.Length;
        for (var (b, start) = (0, 0); b < bins; b++)
        {
            var count = rows / bins + (b < rows % bins ? 1 : 0);
            if (count == 0)
                break;
            var (sum, right) = (0.0, 0.0);
            for (var i = start; i < start + count; i++)
                (sum, right) = (sum + confidences[i], right + hits[i]);
            start += count;
            var (weight, rate) = ((double)count / rows, right / count);
            var difference = sum / count - rate;
            var variance = rate * (1 - rate);
            plugin += weight * Math.Abs(difference);
            expected += weight * MeanMagnitude(difference, Math.Sqrt(variance / count));
            squares += weight * difference * difference;
            // One row says nothing about the spread of its run.
            unbiasedSquares += weight * (difference * difference - (count > 1 ? variance / (count - 1) : 0));
        }
        return new RunErrors(plugin, 2 * plugin - expected, Math.Sqrt(squares), Math.Sqrt(Math.Max(0, unbiasedSquares)));
    }

    // Mean of |difference + noise| for normal noise of deviation s: s sqrt(2 / pi) exp(-d^2 / 2 s^2) + d erf(d / (s sqrt 2)).
    private static double MeanMagnitude(double difference, double deviation)
    {
        if (deviation == 0)
            return Math.Abs(difference);
        var ratio = difference / deviation;
        return deviation * Math.Sqrt(2 / Math.PI) * Math.Exp(-ratio * ratio / 2) + difference * MathNet.Numerics.SpecialFunctions.Erf(ratio / Math.Sqrt(2));
    }

    /// <summary>The plug-in error of the largest number of runs b up to which every number keeps the runs' hit rates from falling (Roelofs et al. 2022).</summary>
    /// <param name="confidences">n confidences, ascending.</param>
    /// <param name="hits">n hits.</param>
    /// <param name="confidenceSums">Buffer of n + 1.</param>
    /// <param name="hitSums">Buffer of n + 1.</param>
    public static double Sweep(ReadOnlySpan<double> confidences, ReadOnlySpan<double> hits, Span<double> confidenceSums, Span<double> hitSums)
    {
        var rows = confidences.Length;
        (confidenceSums[0], hitSums[0]) = (0, 0);
        for (var i = 0; i < rows; i++)
            (confidenceSums[i + 1], hitSums[i + 1]) = (confidenceSums[i] + confidences[i], hitSums[i] + hits[i]);
        // Before the first hit and after the last miss rates are 0 and 1: only runs that touch what lies between can fall.
        var (firstHit, lastMiss) = (hits.IndexOf(1), hits.LastIndexOf(0));
        var bins = rows;
        if (firstHit >= 0 && firstHit < lastMiss)
            for (bins = 1; bins < rows && Rises(hitSums, rows, bins + 1, firstHit, lastMiss); bins++)
            {
            }
        var error = 0.0;
        for (var b = 0; b < bins; b++)
        {
            var (start, end) = (RunStart(rows, bins, b), RunStart(rows, bins, b + 1));
            error += Math.Abs(confidenceSums[end] - confidenceSums[start] - (hitSums[end] - hitSums[start]));
        }
        return error / rows;
    }

    private static bool Rises(ReadOnlySpan<double> hitSums, int rows, int bins, int firstHit, int lastMiss)
    {
        var before = 0.0;
        for (var b = RunOf(rows, bins, firstHit); b < bins; b++)
        {
            var (start, end) = (RunStart(rows, bins, b), RunStart(rows, bins, b + 1));
            var rate = (hitSums[end] - hitSums[start]) / (end - start);
            if (rate < before)
                return false;
            if (start > lastMiss)
                break;
            before = rate;
        }
        return true;
    }

    private static int RunStart(int rows, int bins, int b) => b * (rows / bins) + Math.Min(b, rows % bins);

    private static int RunOf(int rows, int bins, int row)
    {
        var (size, longer) = (rows / bins, rows % bins);
        return row < longer * (size + 1) ? row / (size + 1) : longer + (row - longer * (size + 1)) / size;
    }

    /// <summary>max over i of |sum of the first i confidences - of the first i hits| / n.</summary>
    public static double KolmogorovSmirnov(ReadOnlySpan<double> confidences, ReadOnlySpan<double> hits)
    {
        var (difference, largest) = (0.0, 0.0);
        for (var i = 0; i < confidences.Length; i++)
        {
            difference += confidences[i] - hits[i];
            largest = Math.Max(largest, Math.Abs(difference));
        }
        return largest / confidences.Length;
    }

    /// <summary>sqrt(sum over i, j of r_i r_j exp(-2.5 |c_i - c_j|)) / n, r = hit - confidence.</summary>
    /// <remarks>Sorted, the kernel to all rows before is one number that decays from row to row: O(n) for what is defined as a double sum.</remarks>
    public static double MaximumMean(ReadOnlySpan<double> confidences, ReadOnlySpan<double> hits)
    {
        var (sum, carried, last) = (0.0, 0.0, 0.0);
        for (var i = 0; i < confidences.Length; i++)
        {
            var residual = hits[i] - confidences[i];
            carried *= confidences[i] == last ? 1 : Math.Exp(-2.5 * (confidences[i] - last));
            sum += residual * residual + 2 * residual * carried;
            carried += residual;
            last = confidences[i];
        }
        return Math.Sqrt(Math.Max(0, sum)) / confidences.Length;
    }
}
