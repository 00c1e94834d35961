using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Metrics;

/// <summary>All metrics of one binary confusion matrix.</summary>
/// <remarks>
/// 0/0 counts as 0 and x/0 as infinity; such metrics, and those made of them, are named in <see cref="Undefined"/>. Counts may be shares.
/// </remarks>
public sealed class BinaryMetrics
{
    private readonly double[] values = new double[BinaryMetricNames.All.Count];
    private readonly bool[] undefined = new bool[BinaryMetricNames.All.Count];

    private BinaryMetrics(BinaryCounts counts)
    {
        Counts = counts;
        foreach (var metric in BinaryMetricNames.All)
            values[(int)metric] = Value(metric, counts, out undefined[(int)metric]);
        Undefined = [.. BinaryMetricNames.All.Where(metric => undefined[(int)metric]).Select(metric => metric.Key())];
    }

    /// <summary>The counts behind the metrics.</summary>
    public BinaryCounts Counts { get; }

    /// <summary>Names of metrics with a division by 0, own or of a part.</summary>
    public IReadOnlyList<string> Undefined { get; }

    /// <summary>The value of a metric.</summary>
    public double this[BinaryMetric metric] => values[(int)metric];

    /// <summary>Whether the metric divides by 0, itself or in a part.</summary>
    public bool IsUndefined(BinaryMetric metric) => undefined[(int)metric];

    /// <summary>The metrics of four counts or shares.</summary>
    /// <exception cref="ArgumentException">A count is negative or NaN, or all are 0.</exception>
    public static BinaryMetrics FromCounts(double truePositives, double falsePositives, double falseNegatives, double trueNegatives) =>
        From(new BinaryCounts(truePositives, falsePositives, falseNegatives, trueNegatives));

    /// <inheritdoc cref="FromCounts"/>
    public static BinaryMetrics From(BinaryCounts counts) => new(counts.Checked());

    /// <summary>Everything about scores at a threshold: counts, metrics, ranking metrics, all with intervals.</summary>
    /// <param name="labels">n labels, 1 for positive.</param>
    /// <param name="scores">n scores; the decision is score >= threshold.</param>
    /// <param name="threshold">Where to cut.</param>
    /// <param name="bootstrap">Draws, level, seed; null for 1000, 95%, 0.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, labels are not 0/1, a score is NaN.</exception>
    public static BinaryReport FromScores(
        ReadOnlySpan<int> labels, ReadOnlySpan<double> scores, double threshold, BootstrapOptions? bootstrap = null, CancellationToken cancellation = default) =>
        BinaryReport.From(labels, scores, threshold, bootstrap, cancellation);

    /// <summary>One metric of the counts; <paramref name="undefined"/> tells of a division by 0, own or of a part.</summary>
    internal static double Value(BinaryMetric metric, in BinaryCounts c, out bool undefined)
    {
        undefined = false;
        switch (metric)
        {
            case BinaryMetric.Accuracy:
                return Ratio(c.TruePositives + c.TrueNegatives, c.Total, ref undefined);
            case BinaryMetric.Precision:
                return Ratio(c.TruePositives, c.Flagged, ref undefined);
            case BinaryMetric.Recall:
                return Ratio(c.TruePositives, c.Positives, ref undefined);
            case BinaryMetric.Specificity:
                return Ratio(c.TrueNegatives, c.Negatives, ref undefined);
            case BinaryMetric.FalsePositiveRate:
                return Ratio(c.FalsePositives, c.Negatives, ref undefined);
            case BinaryMetric.FalseNegativeRate:
                return Ratio(c.FalseNegatives, c.Positives, ref undefined);
            case BinaryMetric.NegativePredictiveValue:
                return Ratio(c.TrueNegatives, c.Passed, ref undefined);
            case BinaryMetric.FHalf:
                return F(0.25, c, ref undefined);
            case BinaryMetric.F1:
                return F(1, c, ref undefined);
            case BinaryMetric.F2:
                return F(4, c, ref undefined);
            case BinaryMetric.GMean:
                return Math.Sqrt(Part(BinaryMetric.Recall, c, ref undefined) * Part(BinaryMetric.Specificity, c, ref undefined));
            case BinaryMetric.BalancedAccuracy:
                return (Part(BinaryMetric.Recall, c, ref undefined) + Part(BinaryMetric.Specificity, c, ref undefined)) / 2;
            case BinaryMetric.MatthewsCorrelation:
                // Four square roots: the product of four counts overflows integers from 46341 rows on.
                return Ratio(
                    c.TruePositives * c.TrueNegatives - c.FalsePositives * c.FalseNegatives,
                    Math.Sqrt(c.Flagged) * Math.Sqrt(c.Positives) * Math.Sqrt(c.Negatives) * Math.Sqrt(c.Passed), ref undefined);
            case BinaryMetric.CohenKappa:
                var observed = (c.TruePositives + c.TrueNegatives) / c.Total;
                var expected = (c.Flagged * c.Positives + c.Passed * c.Negatives) / (c.Total * c.Total);
                return Ratio(observed - expected, 1 - expected, ref undefined);
            case BinaryMetric.FowlkesMallows:
                return Math.Sqrt(Part(BinaryMetric.Precision, c, ref undefined) * Part(BinaryMetric.Recall, c, ref undefined));
            case BinaryMetric.Jaccard:
                return Ratio(c.TruePositives, c.TruePositives + c.FalsePositives + c.FalseNegatives, ref undefined);
            case BinaryMetric.Informedness:
                return Part(BinaryMetric.Recall, c, ref undefined) + Part(BinaryMetric.Specificity, c, ref undefined) - 1;
            case BinaryMetric.Markedness:
                return Part(BinaryMetric.Precision, c, ref undefined) + Part(BinaryMetric.NegativePredictiveValue, c, ref undefined) - 1;
            case BinaryMetric.PositiveLikelihoodRatio:
                return Ratio(Part(BinaryMetric.Recall, c, ref undefined), Part(BinaryMetric.FalsePositiveRate, c, ref undefined), ref undefined);
            case BinaryMetric.NegativeLikelihoodRatio:
                return Ratio(Part(BinaryMetric.FalseNegativeRate, c, ref undefined), Part(BinaryMetric.Specificity, c, ref undefined), ref undefined);
            case BinaryMetric.Prevalence:
                return Ratio(c.Positives, c.Total, ref undefined);
            case BinaryMetric.Lift:
                return Ratio(Part(BinaryMetric.Precision, c, ref undefined), Part(BinaryMetric.Prevalence, c, ref undefined), ref undefined);
            default:
                throw new ArgumentOutOfRangeException(nameof(metric), metric, "There is no such metric.");
        }
    }

    private static double F(double squaredBeta, in BinaryCounts c, ref bool undefined) =>
        Ratio((1 + squaredBeta) * c.TruePositives, (1 + squaredBeta) * c.TruePositives + squaredBeta * c.FalseNegatives + c.FalsePositives, ref undefined);

    private static double Part(BinaryMetric metric, in BinaryCounts c, ref bool undefined)
    {
        var value = Value(metric, c, out var partUndefined);
        undefined |= partUndefined;
        return value;
    }

    private static double Ratio(double numerator, double denominator, ref bool undefined)
    {
        if (denominator > 0)
            return numerator / denominator;
        undefined = true;
        return numerator > 0 ? double.PositiveInfinity : 0;
    }
}
