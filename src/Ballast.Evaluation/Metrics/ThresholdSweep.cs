using Ballast.Core;

namespace Ballast.Evaluation.Metrics;

/// <summary>What a decision score >= threshold gives at every threshold that makes a difference, and the metrics of the ranking.</summary>
/// <remarks>
/// Thresholds are the distinct scores, descending, after +infinity (nothing flagged). Time O(n log n). With one class only, ranking metrics
/// are null: there is nothing to rank.
/// </remarks>
public sealed class ThresholdSweep
{
    private readonly double[] thresholds;
    private readonly int[] truePositives, falsePositives;

    private ThresholdSweep(double[] thresholds, int[] truePositives, int[] falsePositives)
    {
        (this.thresholds, this.truePositives, this.falsePositives) = (thresholds, truePositives, falsePositives);
        (Positives, Negatives) = (truePositives[^1], falsePositives[^1]);
        if (Positives > 0 && Negatives > 0)
            (RocAuc, AveragePrecision, KolmogorovSmirnov) = Ranking();
    }

    /// <summary>The thresholds, descending from +infinity.</summary>
    public ReadOnlySpan<double> Thresholds => thresholds;

    /// <summary>Positives flagged at each threshold.</summary>
    public ReadOnlySpan<int> TruePositives => truePositives;

    /// <summary>Negatives flagged at each threshold.</summary>
    public ReadOnlySpan<int> FalsePositives => falsePositives;

    /// <summary>Rows labelled 1.</summary>
    public int Positives { get; }

    /// <summary>Rows labelled 0.</summary>
    public int Negatives { get; }

    /// <summary>The chance that a positive scores above a negative, ties counted half; null with one class only.</summary>
    public double? RocAuc { get; }

    /// <summary>Sum of (R_k - R_(k-1)) P_k over the thresholds, without interpolation; null with one class only.</summary>
    public double? AveragePrecision { get; }

    /// <summary>The largest TPR - FPR of a threshold; null with one class only.</summary>
    public double? KolmogorovSmirnov { get; }

    /// <summary>Sorts the scores and counts.</summary>
    /// <param name="labels">n labels, 1 for positive.</param>
    /// <param name="scores">n scores.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, labels are not 0/1, a score is NaN.</exception>
    public static ThresholdSweep Run(ReadOnlySpan<int> labels, ReadOnlySpan<double> scores)
    {
        LabelledRows.CheckBinary(labels, scores);
        var (sorted, y) = (scores.ToArray(), labels.ToArray());
        Array.Sort(sorted, y);
        var distinct = 1;
        for (var i = 1; i < sorted.Length; i++)
            distinct += sorted[i] != sorted[i - 1] ? 1 : 0;
        var (thresholds, truePositives, falsePositives) = (new double[distinct + 1], new int[distinct + 1], new int[distinct + 1]);
        thresholds[0] = double.PositiveInfinity;
        var (row, positives) = (sorted.Length - 1, 0);
        for (var k = 1; k <= distinct; k++)
        {
            thresholds[k] = sorted[row];
            for (; row >= 0 && sorted[row] == thresholds[k]; row--)
                positives += y[row];
            (truePositives[k], falsePositives[k]) = (positives, sorted.Length - 1 - row - positives);
        }
        return new ThresholdSweep(thresholds, truePositives, falsePositives);
    }

    /// <summary>The counts at threshold number <paramref name="index"/>.</summary>
    public BinaryCounts Counts(int index) =>
        new(truePositives[index], falsePositives[index], Positives - truePositives[index], Negatives - falsePositives[index]);

    /// <summary>The threshold at which a metric is best, the highest of several.</summary>
    public (double Threshold, double Value) Best(BinaryMetric metric)
    {
        var sign = metric.SmallerIsBetter() ? -1 : 1;
        var (best, at) = (double.NegativeInfinity, 0);
        for (var k = 0; k < thresholds.Length; k++)
            if (sign * BinaryMetrics.Value(metric, Counts(k), out _) is var value && value > best)
                (best, at) = (value, k);
        return (thresholds[at], sign * best);
    }

    /// <summary>The largest precision among thresholds with recall of at least <paramref name="recall"/>; null without positives.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The recall lies outside [0, 1].</exception>
    public double? PrecisionAtRecall(double recall)
    {
        Guard.InRange(recall, 0, 1);
        if (Positives == 0)
            return null;
        var best = 0.0;
        for (var k = 1; k < thresholds.Length; k++)
            if ((double)truePositives[k] / Positives >= recall)
                best = Math.Max(best, (double)truePositives[k] / (truePositives[k] + falsePositives[k]));
        return best;
    }

    /// <summary>The largest recall among thresholds with a false positive rate of at most <paramref name="rate"/>; null with one class only.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate lies outside [0, 1].</exception>
    public double? RecallAtFalsePositiveRate(double rate)
    {
        Guard.InRange(rate, 0, 1);
        if (Positives == 0 || Negatives == 0)
            return null;
        // Both rates only rise along the sweep: the last threshold that fits is the best.
        var last = 0;
        while (last + 1 < thresholds.Length && (double)falsePositives[last + 1] / Negatives <= rate)
            last++;
        return (double)truePositives[last] / Positives;
    }

    private (double, double, double) Ranking()
    {
        var (pairs, precision, gap) = (0L, 0.0, 0.0);
        for (var k = 1; k < thresholds.Length; k++)
        {
            var (positives, ties) = (truePositives[k] - truePositives[k - 1], falsePositives[k] - falsePositives[k - 1]);
            // Twice the pairs won by this group's positives: whole numbers, so that the order of adding cannot matter.
            pairs += (long)positives * (2L * (Negatives - falsePositives[k]) + ties);
            if (positives > 0)
                precision += (double)positives / Positives * truePositives[k] / (truePositives[k] + falsePositives[k]);
            gap = Math.Max(gap, (double)truePositives[k] / Positives - (double)falsePositives[k] / Negatives);
        }
        return (pairs / (2.0 * Positives * Negatives), precision, gap);
    }
}
