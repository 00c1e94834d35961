using Ballast.Core;
using Ballast.Evaluation.Metrics;
using FsCheck.Xunit;

namespace Ballast.Tests.Evaluation.Metrics;

public sealed class AnnotationNoiseTests
{
    [Property]
    public bool Inversion_undoes_application(ushort p, ushort t, ushort f, ushort a, ushort b)
    {
        static double Share(ushort x, double low, double high) => low + (high - low) * x / ushort.MaxValue;
        var (pi, recall, rate, falseAlarm, miss) = (Share(p, 0.01, 0.99), Share(t, 0, 1), Share(f, 0, 1), Share(a, 0, 0.45), Share(b, 0, 0.45));

        var solved = AnnotationNoise.Solve(AnnotationNoise.Apply(pi, recall, rate, falseAlarm, miss), falseAlarm, miss);

        return Math.Abs(solved.Prevalence - pi) < 1e-9 && Math.Abs(solved.Recall - recall) < 1e-7 && Math.Abs(solved.FalsePositiveRate - rate) < 1e-7;
    }

    [Fact]
    public void Observed_auc_follows_the_formula()
    {
        // n = 400k, pi = .02, a = .005, b = .2: true .8550, observed .7697, formula .7698 in the specification's Monte Carlo.
        var distance = 1.0581 * Math.Sqrt(2);
        var rows = new NoisyEvaluationSimulator(400_000, 0.02, 0.005, 0.2).DrawScores(distance, RandomStream.For(1, "auc under noise"));

        var (clean, noisy) = (ThresholdSweep.Run(rows.Truth, rows.Scores).RocAuc!.Value, ThresholdSweep.Run(rows.Labels, rows.Scores).RocAuc!.Value);

        Assert.Equal(0.855, clean, 0.01);
        Assert.Equal(AnnotationNoise.Auc(clean, 0.02, 0.005, 0.2), noisy, 0.01);
    }

    [Fact]
    public void Counts_and_rows_are_drawn_from_the_same_law_as_the_closed_form()
    {
        var (point, rows) = (new OperatingPoint(0.7, 0.05), 2_000_000);
        var simulator = new NoisyEvaluationSimulator(rows, 0.1, 0.02, 0.3);
        var expected = AnnotationNoise.Apply(0.1, 0.7, 0.05, 0.02, 0.3);

        var counts = simulator.DrawCounts(point, RandomStream.For(2, "counts"));
        var drawn = simulator.DrawRows(point, RandomStream.For(2, "rows"));
        var byRow = BinaryCounts.FromScores(drawn.Labels, drawn.Scores, 0.5);

        foreach (var sample in new[] { counts, byRow })
            foreach (var (share, count) in new[]
            {
                (expected.TruePositives, sample.TruePositives), (expected.FalsePositives, sample.FalsePositives),
                (expected.FalseNegatives, sample.FalseNegatives), (expected.TrueNegatives, sample.TrueNegatives),
            })
                Assert.Equal(share * rows, count, 5 * Math.Sqrt(share * (1 - share) * rows));
    }

    [Fact]
    public void Inversion_says_what_it_clipped_and_what_it_cannot_tell()
    {
        var tooFew = AnnotationNoise.Invert(new BinaryCounts(1, 1, 2, 996), falseAlarm: 0.01, miss: 0.1);
        var clipped = AnnotationNoise.Invert(new BinaryCounts(95, 0, 5, 900), falseAlarm: 0.05, miss: 0.1);

        Assert.Null(tooFew.Recall);
        Assert.NotNull(tooFew.Note);
        Assert.Equal(0, tooFew.Prevalence.Value);
        Assert.Contains("recall", clipped.Clipped);
        Assert.Contains("fpr", clipped.Clipped);
        Assert.Equal(1, clipped.Recall!.Value.Value);
    }

    [Fact]
    public void The_cap_of_f1_falls_with_the_misses()
    {
        Assert.Equal(1, AnnotationNoise.Cap(0.01, 0, 0)[BinaryMetric.F1], 12);
        // t = 1, f = 0, a = 0: precision 1 - b, recall 1.
        Assert.Equal(2 * 0.8 / 1.8, AnnotationNoise.Cap(0.01, 0, 0.2)[BinaryMetric.F1], 12);
    }

    [Fact]
    public void Rates_outside_their_range_are_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => AnnotationNoise.Apply(0.1, 0.5, 0.1, 1, 0));
        Assert.ThrowsAny<ArgumentException>(() => AnnotationNoise.Apply(0.1, 0.5, 0.1, -0.1, 0));
        Assert.ThrowsAny<ArgumentException>(() => AnnotationNoise.Apply(1.1, 0.5, 0.1, 0, 0));
        Assert.ThrowsAny<ArgumentException>(() => AnnotationNoise.Invert(new BinaryCounts(1, 1, 1, 1), 0.5, 0.5));
    }

    [Fact]
    public void Ranking_by_f1_then_gmean_breaks_ties_and_groups_within_the_tolerance_of_the_best()
    {
        // F1 alike (2 TP / (2 TP + 4)), g-mean not.
        var (a, b) = (BinaryMetrics.FromCounts(6, 3, 1, 90), BinaryMetrics.FromCounts(6, 1, 3, 90));
        var (c, d) = (BinaryMetrics.FromCounts(58, 20, 22, 900), BinaryMetrics.FromCounts(10, 20, 22, 900));

        var exact = ModelRanking.By(new F1ThenGMean(), [("b", b), ("a", a), ("d", d)]);
        var grouped = ModelRanking.By(new F1ThenGMean(0.03), [("d", d), ("c", c), ("b", b), ("a", a)]);

        Assert.Equal(["a", "b", "d"], exact.Select(model => model.Name));
        Assert.Equal([1, 2, 3], exact.Select(model => model.Rank));
        Assert.Equal(["a", "c", "b", "d"], grouped.Select(model => model.Name));
        Assert.Equal([1, 1, 1, 2], grouped.Select(model => model.Group));
        Assert.Equal(["d", "a"], ModelRanking.By(BinaryMetric.FalsePositiveRate, [("a", a), ("d", d)]).Select(model => model.Name));
    }

    [Fact]
    public void A_small_study_repeats_and_ranks_recall_blind_to_false_positives()
    {
        var options = new MetricStudyOptions { Pairs = 400, Annotators = [new(0, 0), new(0.0005, 0.1)] };

        var (one, two) = (MetricStudy.Run(options), MetricStudy.Run(options));

        Assert.Equal(one.Studies[1].Grades, two.Studies[1].Grades);
        Assert.InRange(one.Studies[0].Grades["recall"].FalsePositives.Value, 0.44, 0.56);
        Assert.True(one.Studies[0].Grades[MetricStudy.F1ThenGMeanKey].Worst > 0.75);
        Assert.True(one.Bias("f1", 1)[6] < -0.05);
    }

    [Fact]
    public void A_sweep_holds_every_cell_of_its_grid()
    {
        var sweep = new NoiseSweep(new OperatingPoint(0.8, 0.001));

        var map = sweep.HeatMap(BinaryMetric.F1, 3);

        Assert.Equal((5, 6), (map.GetLength(0), map.GetLength(1)));
        Assert.Equal(BinaryMetrics.From(AnnotationNoise.Apply(0.00173, 0.8, 0.001, 0.0005, 0.2))[BinaryMetric.F1], map[2, 3]);
    }
}
