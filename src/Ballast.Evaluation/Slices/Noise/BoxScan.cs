using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ballast.Evaluation.Slices.Noise;

/// <summary>How much better a rate of its own explains the labels of each box of two columns: log-likelihood ratios summed over its rows.</summary>
/// <param name="First">The first column.</param>
/// <param name="Second">The second column.</param>
internal sealed record BoxScan(ScannedColumn First, ScannedColumn Second)
{
    /// <summary>Values a row: a log-likelihood ratio for each rate, then zeros, last its weight.</summary>
    public const int Lanes = 8;

    /// <summary>A box's ratio below this adds less to a mean of likelihood ratios than matters beside the 1 of no box.</summary>
    public const double Negligible = -10;

    /// <summary>Boxes of neither too few nor too many rows.</summary>
    public int Boxes { get; private set; }

    /// <summary>ln of the mean likelihood ratio over boxes and rates.</summary>
    public double LogMean { get; private set; } = double.NegativeInfinity;

    /// <summary>The best box and its ratio.</summary>
    public (double Ratio, int First, int Second) Best { get; private set; } = (double.NegativeInfinity, 0, 0);

    /// <summary>Looks at all boxes.</summary>
    public static BoxScan Of(ScannedColumn first, ScannedColumn second, ReadOnlySpan<double> gains, int rates, double leastRows, double mostRows)
    {
        var scan = new BoxScan(first, second);
        var ratios = scan.Ratios(gains, rates, leastRows, mostRows);
        var best = scan.Best.Ratio;
        var sum = 0.0;
        foreach (var ratio in ratios)
            if (ratio > Negligible)
                sum += Math.Exp(ratio - best);
        if (scan.Boxes > 0)
            scan.LogMean = best + Math.Log(sum / ((double)scan.Boxes * rates));
        return scan;
    }

    /// <summary>For each pair of codes the summed weight of the boxes that hold it, and the same times the box's rate; a box weighs exp(ratio - logTotal).</summary>
    public (double[] Inside, double[] Rate) Cells(ReadOnlySpan<double> gains, ReadOnlySpan<double> rates, double leastRows, double mostRows, double logTotal)
    {
        var ratios = Ratios(gains, rates.Length, leastRows, mostRows);
        var (height, width) = (First.Bins + 1, Second.Bins + 1);
        var (inside, rate) = (new double[height * width], new double[height * width]);
        var at = 0;
        foreach (var (from, to) in First.Windows)
            foreach (var (left, right) in Second.Windows)
            {
                var (sum, weighed) = (0.0, 0.0);
                foreach (var candidate in rates)
                    if (ratios[at++] is var ratio && ratio > Negligible)
                    {
                        var weight = Math.Exp(ratio - logTotal);
                        sum += weight;
                        weighed += weight * candidate;
                    }
                if (sum == 0)
                    continue;
                // Differences at the corners; summed up both ways below they fill the box.
                Corners(inside, sum, from, to, left, right);
                Corners(rate, weighed, from, to, left, right);
            }
        Accumulate(inside, height, width, 1);
        Accumulate(rate, height, width, 1);
        return (inside, rate);

        void Corners(double[] into, double value, int from, int to, int left, int right)
        {
            into[(from * width) + left] += value;
            into[(to * width) + left] -= value;
            into[(from * width) + right] -= value;
            into[(to * width) + right] += value;
        }
    }

    // One ratio for each first window, second window and rate; negative infinity where the box has too few or too many rows.
    private double[] Ratios(ReadOnlySpan<double> gains, int rates, double leastRows, double mostRows)
    {
        var (height, width) = (First.Bins + 1, Second.Bins + 1);
        var sums = new double[height * width * Lanes];
        var cells = MemoryMarshal.Cast<double, Vector512<double>>(sums.AsSpan());
        var rows = MemoryMarshal.Cast<double, Vector512<double>>(gains);
        for (var i = 0; i < rows.Length; i++)
            cells[((First.Codes[i] + 1) * width) + Second.Codes[i] + 1] += rows[i];
        Accumulate(sums, height, width, Lanes);

        var ratios = new double[First.Windows.Length * Second.Windows.Length * rates];
        var (at, boxes) = (0, 0);
        var best = (Ratio: double.NegativeInfinity, First: 0, Second: 0);
        for (var a = 0; a < First.Windows.Length; a++)
        {
            var (top, bottom) = (First.Windows[a].From * width, First.Windows[a].To * width);
            for (var b = 0; b < Second.Windows.Length; b++, at += rates)
            {
                var (left, right) = Second.Windows[b];
                var box = cells[bottom + right] - cells[top + right] - cells[bottom + left] + cells[top + left];
                if (box[Lanes - 1] is var size && (size < leastRows || size > mostRows))
                {
                    ratios.AsSpan(at, rates).Fill(double.NegativeInfinity);
                    continue;
                }
                boxes++;
                for (var r = 0; r < rates; r++)
                {
                    ratios[at + r] = box[r];
                    if (box[r] > best.Ratio)
                        best = (box[r], a, b);
                }
            }
        }
        (Boxes, Best) = (boxes, best);
        return ratios;
    }

    private static void Accumulate(double[] values, int height, int width, int lanes)
    {
        for (var row = 0; row < height; row++)
            for (var i = ((row * width) + 1) * lanes; i < (row + 1) * width * lanes; i++)
                values[i] += values[i - lanes];
        for (var i = width * lanes; i < values.Length; i++)
            values[i] += values[i - (width * lanes)];
    }
}
