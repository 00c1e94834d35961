using Ballast.Core;
using Ballast.Evaluation.Metrics;
using Ballast.Numerics.Intervals;

namespace Ballast.Tests.Evaluation.Metrics;

public sealed class ShotReportTests
{
    [Fact]
    public void Groups_part_at_the_counts()
    {
        var groups = ShotGroups.ByCount([101, 100, 20, 19, 0]);

        Assert.Equal([Shot.Many, Shot.Medium, Shot.Medium, Shot.Few, Shot.Few], Enumerable.Range(0, 5).Select(k => groups[k]!.Value));
        Assert.Throws<ArgumentOutOfRangeException>(() => ShotGroups.ByCount([1], many: 5, few: 7));
        Assert.Throws<ArgumentOutOfRangeException>(() => ShotGroups.ByCount([-1]));
    }

    [Fact]
    public void Thirds_are_rounded_down_for_many_and_few()
    {
        var groups = ShotGroups.Thirds([10, 16, 27, 46, 77, 129, 215, 359, 599, 1000]);

        Assert.Equal([7, 8, 9], groups.Of(Shot.Many));
        Assert.Equal([3, 4, 5, 6], groups.Of(Shot.Medium));
        Assert.Equal([0, 1, 2], groups.Of(Shot.Few));
    }

    [Fact]
    public void Listed_groups_may_leave_classes_out_and_not_share_them()
    {
        var groups = ShotGroups.Listed(4, [0], [], [3]);

        Assert.Null(groups[1]);
        Assert.Throws<ArgumentException>(() => ShotGroups.Listed(3, [0], [0], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => ShotGroups.Listed(3, [3], [], []));
    }

    [Fact]
    public void A_group_is_the_mean_of_its_classes_recalls_and_absent_classes_are_named()
    {
        int[] labels = [0, 0, 0, 0, 1, 1, 2], decisions = [0, 0, 0, 1, 1, 0, 2];

        var report = LongTailReport.From(labels, decisions, ShotGroups.Listed(5, [0, 1], [2, 3], [4]));

        Assert.Equal((0.75 + 0.5) / 2, report[Shot.Many]!.Value.Value, 1e-12);
        Assert.Equal(6, report[Shot.Many]!.Value.Count);
        Assert.True(report[Shot.Many]!.Value.Interval.Contains(0.625));
        Assert.Equal(1, report[Shot.Medium]!.Value.Value);
        Assert.Null(report[Shot.Few]);
        Assert.Equal([3, 4], report.Classes.Metrics.AbsentClasses);
        Assert.Equal((0.75 + 0.5 + 1) / 3, report.Classes[MulticlassMetric.BalancedAccuracy].Value, 1e-12);
    }

    [Fact]
    public void Intervals_of_a_group_cover_its_recall()
    {
        var covered = 0;
        for (var trial = 0; trial < 300; trial++)
        {
            var random = RandomStream.For(trial, "trial");
            var labels = Enumerable.Range(0, 120).Select(i => i % 2).ToArray();
            var decisions = labels.Select(label => random.NextDouble() < 0.7 ? label : 1 - label).ToArray();
            var report = LongTailReport.From(labels, decisions, ShotGroups.Listed(2, [0, 1], [], []), new BootstrapOptions { Draws = 300, Seed = trial });
            covered += report[Shot.Many]!.Value.Interval.Contains(0.7) ? 1 : 0;
        }

        Assert.InRange(covered / 300.0, 0.90, 0.99);
    }

    [Fact]
    public void Errors_are_averaged_bin_by_bin_or_row_by_row()
    {
        double[] targets = [1, 1, 1, 2, 8], predictions = [1, 2, 3, 2.5, 4];
        var groups = ShotGroups.Listed(10, [1, 2], [], [8]);
        RegressionShotReport By(ShotAveraging averaging) => RegressionShotReport.Build(targets, predictions, LabelBins.Whole(0, 9), groups, averaging);

        Assert.Equal((1 + 0.5 + 4) / 3, By(ShotAveraging.Bins).All.MeanAbsoluteError.Value, 1e-12);
        Assert.Equal((0 + 1 + 2 + 0.5 + 4) / 5, By(ShotAveraging.Rows).All.MeanAbsoluteError.Value, 1e-12);
        Assert.Equal((1 + 0.5) / 2, By(ShotAveraging.Bins)[Shot.Many]!.MeanAbsoluteError.Value, 1e-12);
        Assert.Equal((5.0 / 3 + 0.25) / 2, By(ShotAveraging.Bins)[Shot.Many]!.MeanSquaredError.Value, 1e-12);
        Assert.Equal(Math.Exp((Math.Log(1e-10) + Math.Log(2)) / 3 / 2 + Math.Log(0.5) / 2), By(ShotAveraging.Bins)[Shot.Many]!.GeometricMean.Value, 1e-12);
        Assert.Equal(4, By(ShotAveraging.Bins)[Shot.Few]!.GeometricMean.Value, 1e-12);
        Assert.Null(By(ShotAveraging.Bins)[Shot.Medium]);
        Assert.Equal(4, By(ShotAveraging.Bins).BinErrors[8]);
        Assert.True(double.IsNaN(By(ShotAveraging.Bins).BinErrors[0]));
    }

    [Fact]
    public void Shot_errors_check_their_rows()
    {
        var (bins, groups) = (LabelBins.Whole(0, 2), ShotGroups.ByCount([1, 1, 1]));

        Assert.Throws<ArgumentException>(() => RegressionShotReport.Build([], [], bins, groups));
        Assert.Throws<ArgumentException>(() => RegressionShotReport.Build([1], [double.NaN], bins, groups));
        Assert.Throws<ArgumentException>(() => RegressionShotReport.Build([1], [1], bins, ShotGroups.ByCount([1])));
    }

    [Fact]
    public void Bins_hold_labels_outside_in_the_end_ones()
    {
        var bins = new LabelBins(-1, 0.5, 4);

        Assert.Equal([0, 0, 1, 3, 3], new[] { -9, -1, -0.5, 0.99, 7 }.Select(bins.IndexOf));
        Assert.Equal([1, 0, 1, 0], bins.Histogram([-0.9, 0.2]));
        Assert.Equal(new LabelBins(0, 1, 8), LabelBins.Covering([3.2, 7]));
        Assert.Throws<ArgumentException>(() => bins.IndexOf(double.NaN));
        Assert.Throws<ArgumentException>(() => LabelBins.Covering([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LabelBins(0, 0, 3));
    }

    [Fact]
    public void Students_interval_of_three_seeds_is_wide()
    {
        var estimate = MeanInterval.Student([1, 2, 3]);

        Assert.Equal(2, estimate.Value);
        Assert.Equal(4.302653 / Math.Sqrt(3), estimate.Interval.High - 2, 1e-5);
        Assert.True(double.IsPositiveInfinity(MeanInterval.Student([1]).Interval.High));
        Assert.Throws<ArgumentException>(() => MeanInterval.Student([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => MeanInterval.Student([1, 2], 1));
    }
}
