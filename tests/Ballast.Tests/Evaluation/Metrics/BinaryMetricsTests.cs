using Ballast.Core;
using Ballast.Evaluation.Metrics;
using Ballast.Numerics.Intervals;
using FsCheck.Xunit;

namespace Ballast.Tests.Evaluation.Metrics;

public sealed class BinaryMetricsTests
{
    private static (int[] Labels, double[] Scores) Scored(int rows, double prevalence, int seed, int levels = 50)
    {
        var random = RandomStream.For(seed, "scored");
        var labels = Enumerable.Range(0, rows).Select(i => i < 2 ? i : random.NextDouble() < prevalence ? 1 : 0).ToArray();
        var scores = labels.Select(y => Math.Round(levels / (1 + Math.Exp(2 - 1.5 * y - random.NextGaussian()))) / levels).ToArray();
        return (labels, scores);
    }

    [Property]
    public bool Metrics_do_not_change_when_all_counts_are_scaled(byte tp, byte fp, byte fn, byte tn) =>
        tp + fp + fn + tn == 0 || BinaryMetricNames.All.All(metric =>
            Math.Abs(BinaryMetrics.FromCounts(tp, fp, fn, tn)[metric] - BinaryMetrics.FromCounts(tp * 1e6, fp * 1e6, fn * 1e6, tn * 1e6)[metric]) is var gap && (gap < 1e-9 || double.IsNaN(gap)));

    [Property]
    public bool Swapping_the_classes_swaps_the_metrics_that_mirror_each_other(byte tp, byte fp, byte fn, byte tn)
    {
        if (tp + fp + fn + tn == 0)
            return true;
        var (one, two) = (BinaryMetrics.FromCounts(tp, fp, fn, tn), BinaryMetrics.FromCounts(tn, fn, fp, tp));
        return one[BinaryMetric.Recall] == two[BinaryMetric.Specificity] && one[BinaryMetric.Precision] == two[BinaryMetric.NegativePredictiveValue]
            && Math.Abs(one[BinaryMetric.MatthewsCorrelation] - two[BinaryMetric.MatthewsCorrelation]) < 1e-12
            && Math.Abs(one[BinaryMetric.GMean] - two[BinaryMetric.GMean]) < 1e-12 && Math.Abs(one[BinaryMetric.CohenKappa] - two[BinaryMetric.CohenKappa]) < 1e-12;
    }

    [Fact]
    public void Divisions_by_zero_are_zero_or_infinite_and_named_with_what_is_made_of_them()
    {
        var silent = BinaryMetrics.FromCounts(0, 0, 1, 149);

        Assert.Equal(149 / 150.0 - 1, silent[BinaryMetric.Markedness]);
        Assert.Equal(["precision", "mcc", "fowlkes_mallows", "markedness", "positive_likelihood_ratio", "lift"], silent.Undefined);
        var certain = BinaryMetrics.FromCounts(5, 0, 1, 10);
        Assert.Equal(double.PositiveInfinity, certain[BinaryMetric.PositiveLikelihoodRatio]);
        Assert.Equal(["positive_likelihood_ratio"], certain.Undefined);
        Assert.Contains("cohen_kappa", BinaryMetrics.FromCounts(0, 0, 0, 9).Undefined);
    }

    [Fact]
    public void Matthews_correlation_does_not_overflow()
    {
        var metrics = BinaryMetrics.FromCounts(1e9, 0, 0, 1e9);

        Assert.Equal(1, metrics[BinaryMetric.MatthewsCorrelation], 12);
    }

    [Fact]
    public void Ranking_metrics_equal_their_definitions()
    {
        var (labels, scores) = Scored(300, 0.2, seed: 1);
        var sweep = ThresholdSweep.Run(labels, scores);
        var (positive, negative) = (scores.Where((_, i) => labels[i] == 1).ToArray(), scores.Where((_, i) => labels[i] == 0).ToArray());
        var thresholds = scores.Distinct().OrderDescending().ToArray();

        Assert.Equal(positive.Average(p => negative.Average(q => p > q ? 1 : p == q ? 0.5 : 0)), sweep.RocAuc!.Value, 12);
        Assert.Equal(thresholds.Max(t => positive.Average(p => p >= t ? 1.0 : 0) - negative.Average(q => q >= t ? 1.0 : 0)), sweep.KolmogorovSmirnov!.Value, 12);
        Assert.Equal(
            thresholds.Where(t => positive.Count(p => p >= t) >= 0.6 * positive.Length).Max(t => positive.Count(p => p >= t) / (double)scores.Count(s => s >= t)),
            sweep.PrecisionAtRecall(0.6)!.Value, 12);
        Assert.Equal(
            thresholds.Where(t => negative.Count(q => q >= t) <= 0.1 * negative.Length).Max(t => positive.Average(p => p >= t ? 1.0 : 0)),
            sweep.RecallAtFalsePositiveRate(0.1)!.Value, 12);
        var best = thresholds.Select(t => (Threshold: t, BinaryMetrics.From(BinaryCounts.FromScores(labels, scores, t))[BinaryMetric.F1])).MaxBy(p => (p.Item2, p.Threshold));
        Assert.Equal(best, sweep.Best(BinaryMetric.F1));
    }

    [Fact]
    public void Ranking_metrics_do_not_change_under_monotone_maps_and_row_order()
    {
        var (labels, scores) = Scored(500, 0.1, seed: 2);
        var order = RandomStream.For(2, "order").Permutation(labels.Length);

        var (one, two) = (ThresholdSweep.Run(labels, scores), ThresholdSweep.Run([.. order.Select(i => labels[i])], [.. order.Select(i => Math.Exp(3 * scores[i]))]));

        Assert.Equal((one.RocAuc, one.AveragePrecision, one.KolmogorovSmirnov), (two.RocAuc, two.AveragePrecision, two.KolmogorovSmirnov));
        Assert.Equal(1 - one.RocAuc!.Value, ThresholdSweep.Run(labels, [.. scores.Select(s => -s)]).RocAuc!.Value, 12);
    }

    [Fact]
    public void One_class_only_is_reported_not_thrown()
    {
        var report = BinaryMetrics.FromScores([0, 0, 0], [0.1, 0.6, 0.2], 0.5);

        Assert.Null(report[RankingMetric.RocAuc]);
        Assert.Contains("roc_auc", report.Undefined);
        Assert.NotNull(report[RankingMetric.Brier]);
        Assert.NotEmpty(report.Notes);
    }

    [Fact]
    public void Scores_that_are_no_probabilities_have_no_brier_score()
    {
        var report = BinaryMetrics.FromScores([0, 1, 0], [-1, 3, 0.2], 0.5);

        Assert.Null(report[RankingMetric.LogLoss]);
        Assert.Equal(1, report[RankingMetric.RocAuc]!.Value.Value);
        Assert.Contains(report.Notes, note => note.StartsWith("Only 1 positive", StringComparison.Ordinal));
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Throws<ArgumentException>(() => BinaryMetrics.FromScores([0, 2], [0, 1], 0.5));
        Assert.Throws<ArgumentException>(() => BinaryMetrics.FromScores([0, 1], [0], 0.5));
        Assert.Throws<ArgumentException>(() => BinaryMetrics.FromScores([0, 1], [0, double.NaN], 0.5));
        Assert.Throws<ArgumentException>(() => BinaryMetrics.FromScores([], [], 0.5));
        Assert.Throws<ArgumentException>(() => BinaryMetrics.FromCounts(0, 0, 0, 0));
        Assert.ThrowsAny<ArgumentException>(() => BinaryMetrics.FromCounts(-1, 0, 0, 3));
        Assert.Throws<ArgumentException>(() => MulticlassMetrics.From([0, 3], [0, 1], 3));
        Assert.ThrowsAny<ArgumentException>(() => RegressionReport.From([1, double.NaN], [1, 2]));
    }

    [Fact]
    public void Grouped_bootstrap_of_rankings_equals_a_bootstrap_of_rows()
    {
        var (labels, scores) = Scored(400, 0.15, seed: 3);
        var options = new BootstrapOptions { Draws = 4000 };

        var grouped = BinaryMetrics.FromScores(labels, scores, 0.5, options);
        var (rows, times, values) = (new RankedRows(labels, scores), new byte[400], new double[3]);
        var resampler = new RowResampler(labels, 2);
        var draws = Enumerable.Range(0, 4000).Select(b =>
        {
            resampler.Draw(RandomStream.For(77, "rows", b), times);
            rows.Measure(times, labels.Sum(), 400 - labels.Sum(), values);
            return values.ToArray();
        }).ToArray();

        for (var m = 0; m < 3; m++)
        {
            var sorted = draws.Select(draw => draw[m]).Order().ToArray();
            var expected = new Interval(Bootstrap.Quantile(sorted, 0.025), Bootstrap.Quantile(sorted, 0.975));
            var actual = grouped[(RankingMetric)m]!.Value;
            Assert.True(actual.Interval.Contains(actual.Value));
            Assert.Equal(expected.Low, actual.Interval.Low, 0.1 * expected.Width);
            Assert.Equal(expected.High, actual.Interval.High, 0.1 * expected.Width);
        }
    }

    [Fact]
    public void Reports_are_the_same_on_one_thread_and_two()
    {
        var (labels, scores) = Scored(2000, 0.1, seed: 4);
        string Text(int threads)
        {
            var report = BinaryMetrics.FromScores(labels, scores, 0.5, new BootstrapOptions { MaxThreads = threads, Draws = 200, Seed = 3 });
            return string.Join("\n", BinaryMetricNames.All.Select(m => $"{report[m]}").Concat(RankingMetricNames.All.Select(m => $"{report[m]}")));
        }

        Assert.Equal(Text(1), Text(2));
    }

    [Fact]
    public void Bootstrap_intervals_of_auc_cover_in_93_to_97_percent_of_simulations()
    {
        const int Simulations = 600;
        var truth = OperatingPoint.FromGaussianScores(1 / Math.Sqrt(2), 0).Recall; // AUC of unit-distance Gaussians: Phi(d / sqrt 2)
        var covered = ParallelEnumerable.Range(0, Simulations).Count(s =>
        {
            var random = RandomStream.For(s, "auc coverage");
            var labels = Enumerable.Range(0, 300).Select(i => i % 3 == 0 ? 1 : 0).ToArray();
            double[] scores = [.. labels.Select(y => y + random.NextGaussian())];
            return BinaryMetrics.FromScores(labels, scores, 0.5, new BootstrapOptions { Draws = 400, Seed = s, MaxThreads = 1 })[RankingMetric.RocAuc]!.Value.Interval.Contains(truth);
        });

        Assert.InRange(covered, 0.93 * Simulations, 0.97 * Simulations);
    }

    [Fact]
    public void A_model_compared_with_itself_does_not_differ_and_with_a_better_one_does()
    {
        var (labels, scores) = Scored(2000, 0.2, seed: 5);
        double[] better = [.. scores.Select((s, i) => Math.Clamp(s + 0.2 * labels[i], 0, 1))];
        int[] Decide(double[] values) => [.. values.Select(s => s >= 0.4 ? 1 : 0)];

        var same = ScoreComparison.Run(labels, scores, scores);
        var gain = ScoreComparison.Run(labels, scores, better);
        var decided = DecisionComparison.Binary(labels, Decide(scores), Decide(better));
        var multi = DecisionComparison.Multiclass(labels, Decide(scores), Decide(better), 2);

        Assert.All(same.Values, difference => Assert.Equal(new Interval(0, 0), difference.Interval));
        Assert.True(gain[RankingMetric.RocAuc].Interval.Low > 0);
        Assert.True(gain[RankingMetric.Brier].Interval.High < 0);
        Assert.True(decided[BinaryMetric.F1].Interval.Low > 0);
        Assert.Equal(decided[BinaryMetric.BalancedAccuracy].Value, multi[MulticlassMetric.BalancedAccuracy].Value, 12);
        Assert.Equal(
            gain[RankingMetric.RocAuc].Value, ThresholdSweep.Run(labels, better).RocAuc!.Value - ThresholdSweep.Run(labels, scores).RocAuc!.Value, 12);
    }

    [Fact]
    public void Multiclass_metrics_of_two_classes_agree_with_the_binary_ones_and_absent_classes_are_named()
    {
        var (labels, scores) = Scored(500, 0.3, seed: 6);
        int[] decisions = [.. scores.Select(s => s >= 0.3 ? 1 : 0)];

        var (binary, multi) = (BinaryMetrics.From(BinaryCounts.FromDecisions(labels, decisions)), MulticlassReport.From(labels, decisions, 3));

        Assert.Equal([2], multi.Metrics.AbsentClasses);
        Assert.Contains("recall[2]", multi.Metrics.Undefined);
        foreach (var (one, other) in new[]
        {
            (BinaryMetric.Accuracy, MulticlassMetric.Accuracy), (BinaryMetric.GMean, MulticlassMetric.GMean), (BinaryMetric.BalancedAccuracy, MulticlassMetric.BalancedAccuracy),
            (BinaryMetric.MatthewsCorrelation, MulticlassMetric.MatthewsCorrelation), (BinaryMetric.CohenKappa, MulticlassMetric.CohenKappa),
        })
        {
            Assert.Equal(binary[one], multi.Metrics[other], 12);
            Assert.True(multi[other].Interval.Contains(binary[one]));
        }
    }

    [Fact]
    public void Probability_and_regression_reports_hold_the_textbook_values()
    {
        var predictions = new Predictions([0.7, 0.2, 0.1, 0.1, 0.8, 0.1, 0.3, 0.3, 0.4], 3);

        var report = ProbabilityReport.From(predictions, [0, 1, 1]);
        var regression = RegressionReport.From([1, 2, 3, 6], [2, 2, 2, 6]);

        Assert.Equal(-(Math.Log(0.7) + Math.Log(0.8) + Math.Log(0.3)) / 3, report.LogLoss.Value, 12);
        Assert.Equal((0.14 + 0.06 + 0.09 + 0.49 + 0.16) / 3, report.Brier.Value, 12);
        Assert.Equal(1, report.MacroRocAuc!.Value, 12);
        Assert.Null(report.Classes[2].RocAuc);
        Assert.Equal(1 - 2 / 14.0, regression.R2!.Value.Value, 12);
        Assert.Equal(0.5, regression.MeanAbsoluteError.Value, 12);
        Assert.Equal(Math.Sqrt(0.5), regression.RootMeanSquaredError.Value, 12);
        Assert.Null(RegressionReport.From([2, 2], [1, 2]).R2);
    }
}
