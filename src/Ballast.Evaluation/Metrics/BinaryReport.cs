using Ballast.Core;
using Ballast.Numerics.Intervals;
using Ballast.Numerics.Sampling;

namespace Ballast.Evaluation.Metrics;

/// <summary>Every metric of binary scores at a threshold, each with its interval.</summary>
/// <remarks>
/// Plain proportions have Wilson intervals; all others a percentile bootstrap stratified by label. The metrics of counts need no rows: the
/// flagged rows of a resampled class are binomial.
/// </remarks>
public sealed class BinaryReport
{
    /// <summary>Below this many positives intervals are rough, and the report says so.</summary>
    public const int FewPositives = 10;

    private readonly Interval[] intervals;
    private readonly Estimate?[] ranking;

    private BinaryReport(BinaryMetrics metrics, double threshold, ThresholdSweep sweep, Interval[] intervals, Estimate?[] ranking)
    {
        (Metrics, Threshold, Sweep, this.intervals, this.ranking) = (metrics, threshold, sweep, intervals, ranking);
        Undefined = [.. metrics.Undefined, .. RankingMetricNames.All.Where(metric => ranking[(int)metric] is null).Select(metric => metric.Key())];
        Notes = [.. ComposeNotes()];
    }

    /// <summary>The decision is score >= Threshold.</summary>
    public double Threshold { get; }

    /// <summary>The metrics at the threshold.</summary>
    public BinaryMetrics Metrics { get; }

    /// <summary>All thresholds.</summary>
    public ThresholdSweep Sweep { get; }

    /// <summary>Names of metrics that are not defined here: a division by 0, one class only, scores that are no probabilities.</summary>
    public IReadOnlyList<string> Undefined { get; }

    /// <summary>What a reader must know beside the figures, as sentences.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>A metric with its interval and the rows it rests on.</summary>
    public Estimate this[BinaryMetric metric] => new(Metrics[metric], intervals[(int)metric], (int)(Proportion(metric, Metrics.Counts)?.Trials ?? Metrics.Counts.Total));

    /// <summary>A metric of the scores with its interval; null where it is not defined (see <see cref="Undefined"/>).</summary>
    public Estimate? this[RankingMetric metric] => ranking[(int)metric];

    internal static BinaryReport From(
        ReadOnlySpan<int> labels, ReadOnlySpan<double> scores, double threshold, BootstrapOptions? bootstrap, CancellationToken cancellation)
    {
        var options = bootstrap ?? BootstrapOptions.Default;
        var metrics = BinaryMetrics.From(BinaryCounts.FromScores(labels, scores, threshold));
        var sweep = ThresholdSweep.Run(labels, scores);
        var ranking = new Estimate?[RankingMetricNames.All.Count];
        if (sweep.RocAuc is not null)
        {
            var draws = new RankingSample(sweep).Bootstrap(options, cancellation);
            double[] values = [sweep.RocAuc.Value, sweep.AveragePrecision!.Value, sweep.KolmogorovSmirnov!.Value];
            for (var m = 0; m < values.Length; m++)
                ranking[m] = new Estimate(values[m], draws[m], labels.Length);
        }
        if (sweep.Thresholds[1] <= 1 && sweep.Thresholds[^1] >= 0)
        {
            var losses = ProbabilityLosses.Binary(labels, scores);
            var means = MeanBootstrap.Run(losses, columns: 2, labels, 2, options, cancellation);
            (ranking[(int)RankingMetric.Brier], ranking[(int)RankingMetric.LogLoss]) = (means[0], means[1]);
        }
        return new BinaryReport(metrics, threshold, sweep, Intervals(metrics.Counts, options, cancellation), ranking);
    }

    /// <summary>Intervals of all metrics of counts (whole numbers).</summary>
    internal static Interval[] Intervals(BinaryCounts counts, BootstrapOptions options, CancellationToken cancellation)
    {
        var draws = Bootstrap.Run(BinaryMetricNames.All.Count, options, "binary metrics", () => 0, (random, _, values) =>
        {
            var resampled = Resample(counts, random);
            foreach (var metric in BinaryMetricNames.All)
                values[(int)metric] = BinaryMetrics.Value(metric, resampled, out var _);
        }, cancellation);
        return [.. BinaryMetricNames.All.Select(metric =>
            Proportion(metric, counts) is var (successes, trials) ? BinomialInterval.Wilson(successes, trials, options.Level) : draws[(int)metric])];
    }

    /// <summary>A resample of the rows of each class, class sizes kept.</summary>
    internal static BinaryCounts Resample(BinaryCounts counts, RandomStream random)
    {
        var truePositives = counts.Positives == 0 ? 0 : BinomialSampler.Draw(random, (long)counts.Positives, counts.TruePositives / counts.Positives);
        var falsePositives = counts.Negatives == 0 ? 0 : BinomialSampler.Draw(random, (long)counts.Negatives, counts.FalsePositives / counts.Negatives);
        return new BinaryCounts(truePositives, falsePositives, counts.Positives - truePositives, counts.Negatives - falsePositives);
    }

    private static (double Successes, double Trials)? Proportion(BinaryMetric metric, BinaryCounts c) => metric switch
    {
        BinaryMetric.Accuracy => (c.TruePositives + c.TrueNegatives, c.Total),
        BinaryMetric.Precision => (c.TruePositives, c.Flagged),
        BinaryMetric.Recall => (c.TruePositives, c.Positives),
        BinaryMetric.Specificity => (c.TrueNegatives, c.Negatives),
        BinaryMetric.FalsePositiveRate => (c.FalsePositives, c.Negatives),
        BinaryMetric.FalseNegativeRate => (c.FalseNegatives, c.Positives),
        BinaryMetric.NegativePredictiveValue => (c.TrueNegatives, c.Passed),
        BinaryMetric.Prevalence => (c.Positives, c.Total),
        _ => null,
    };

    private IEnumerable<string> ComposeNotes()
    {
        if (Sweep.Positives == 0 || Sweep.Negatives == 0)
            yield return $"All {Metrics.Counts.Total:0} rows are labelled {(Sweep.Positives == 0 ? "negative" : "positive")}: ranking metrics are not defined.";
        else if (Sweep.Positives < FewPositives)
            yield return $"Only {Sweep.Positives} positive rows: every figure that rests on them is rough.";
        if (ranking[(int)RankingMetric.Brier] is null)
            yield return "Scores lie outside [0, 1]: Brier score and log loss are not defined.";
    }
}
