using Ballast.Core;
using Ballast.Evaluation.Fairness;
using FsCheck.Xunit;

namespace Ballast.Tests.Evaluation.Fairness;

public sealed class EquityScaledTests
{
    private static (double[] Scores, int[] Labels, int[] Groups) Draw(int seed)
    {
        var random = RandomStream.For(seed, "equity");
        var n = 12 + random.Next(60);
        int[] groups = [.. Enumerable.Range(0, n).Select(i => i < 6 ? i % 3 : random.Next(3))], labels = [.. Enumerable.Range(0, n).Select(i => i < 6 ? i / 3 : random.Next(2))];
        return ([.. Enumerable.Range(0, n).Select(_ => random.Next(8) / 8.0)], labels, groups);
    }

    [Property(MaxTest = 100)]
    public bool It_is_at_most_the_score_and_equal_where_groups_are_alike(int seed)
    {
        var (scores, _, groups) = Draw(seed);
        var own = EquityScaled.Score(scores, groups);
        var alike = EquityScaled.Score([.. groups.Select(_ => 0.7)], groups);
        return own.EquityScaled <= own.Overall && own.EquityScaledByDeviation <= own.Overall && own.MaxGap >= 0 && Math.Abs(alike.EquityScaled - 0.7) < 1e-12
            && Math.Abs(EquityScaled.Score(scores, new int[groups.Length]).EquityScaled - own.Overall) < 1e-12;
    }

    [Property(MaxTest = 100)]
    public bool The_order_of_rows_and_the_names_of_groups_do_not_matter(int seed)
    {
        var (scores, labels, groups) = Draw(seed);
        var order = RandomStream.For(seed, "order").Permutation(scores.Length);
        double[] moved = [.. order.Select(i => scores[i])];
        int[] movedLabels = [.. order.Select(i => labels[i])], renamed = [.. order.Select(i => 2 - groups[i])];
        bool Same(EquityScaledScore a, EquityScaledScore b) => Math.Abs(a.EquityScaled - b.EquityScaled) < 1e-12 && Math.Abs(a.Overall - b.Overall) < 1e-12 && Math.Abs(a.ByGroup[0] - b.ByGroup[2]) < 1e-12;
        return Same(EquityScaled.Score(scores, groups), EquityScaled.Score(moved, renamed)) && Same(EquityScaled.Auc(scores, labels, groups), EquityScaled.Auc(moved, movedLabels, renamed))
            && Same(EquityScaled.Accuracy(scores, labels, groups), EquityScaled.Accuracy(moved, movedLabels, renamed));
    }

    [Property(MaxTest = 100)]
    public bool Auc_is_the_share_of_pairs_won(int seed)
    {
        var (scores, labels, groups) = Draw(seed);
        double[] won = [.. from i in Enumerable.Range(0, scores.Length) where labels[i] == 1 from j in Enumerable.Range(0, scores.Length) where labels[j] == 0
            select scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0];
        return Math.Abs(EquityScaled.Auc(scores, labels, groups).Overall - won.Average()) < 1e-12;
    }

    [Property(MaxTest = 100)]
    public bool Dice_and_overlap_belong_together(int seed)
    {
        var random = RandomStream.For(seed, "masks");
        byte[] truth = [.. Enumerable.Range(0, 60).Select(_ => (byte)random.Next(3))], predicted = [.. Enumerable.Range(0, 60).Select(_ => (byte)random.Next(3))];
        var (dice, iou) = (SegmentationMetrics.Dice(predicted, truth, 12, MaskRegion.Disc), SegmentationMetrics.IoU(predicted, truth, 12, MaskRegion.Disc));
        return dice.Zip(iou).All(pair => Math.Abs(pair.First - 2 * pair.Second / (1 + pair.Second)) < 1e-12)
            && SegmentationMetrics.Dice(truth, truth, 12, MaskRegion.Cup).All(value => value == 1)
            && dice.SequenceEqual(SegmentationMetrics.Dice(truth, predicted, 12, MaskRegion.Disc));
    }

    [Fact]
    public void Both_empty_is_1_and_one_empty_is_0()
    {
        byte[] predicted = [0, 0, 0, 0, 1, 1], truth = [0, 0, 1, 1, 0, 0];

        Assert.Equal([1, 0, 0], SegmentationMetrics.Dice(predicted, truth, 2, MaskRegion.Rim));
        Assert.Equal([1, 0, 0], SegmentationMetrics.IoU(predicted, truth, 2, MaskRegion.Rim));
    }

    [Fact]
    public void Nested_structures_hold_what_lies_inside()
    {
        byte[] mask = [0, 1, 2, 3];

        Assert.Equal([false, true, true, true], mask.Select(value => MaskRegion.Disc.Contains(value)));
        Assert.Equal([false, false, true, false], mask.Select(value => MaskRegion.Cup.Contains(value)));
        Assert.Equal([false, true, false, false], mask.Select(value => MaskRegion.Rim.Contains(value)));
    }

    [Fact]
    public void A_group_of_one_class_has_no_auc_and_is_listed()
    {
        var auc = EquityScaled.Auc([0.1, 0.9, 0.4, 0.3], [0, 1, 1, 1], [0, 0, 1, 1]);

        Assert.Equal([1], auc.Undefined);
        Assert.Equal(1, auc.Overall);
        Assert.Equal(auc.Overall, auc.EquityScaled);
        Assert.Equal((0, 0.0), (auc.WorstGroup, auc.MaxGap));
        Assert.Contains("one class", Assert.Throws<ArgumentException>(() => EquityScaled.Auc([0.1, 0.2], [1, 1], [0, 1])).Message);
    }

    [Fact]
    public void The_overall_score_is_of_items_and_unknown_groups_are_counted()
    {
        var score = EquityScaled.Score([1, 1, 1, 0, 0.5], [0, 0, 0, 1, -1]);

        Assert.Equal(0.75, score.Overall);
        Assert.Equal(0.75 / (1 + 0.25 + 0.75), score.EquityScaled, 12);
        Assert.Equal((1, 1, 1.0), (score.UnknownItems, score.WorstGroup, score.MaxGap));
        Assert.Equal(0.75 / (1 + Math.Sqrt(0.5)), score.EquityScaledByDeviation, 12);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        Assert.Contains("Group 1 is empty", Assert.Throws<ArgumentException>(() => EquityScaled.Score([1, 1], [0, 2])).Message);
        Assert.Contains("No item has a group", Assert.Throws<ArgumentException>(() => EquityScaled.Score([1], [-1])).Message);
        Assert.Contains("Item 2 has no score", Assert.Throws<ArgumentException>(() => EquityScaled.Score([1, double.NaN], [0, 0])).Message);
        Assert.Throws<ArgumentException>(() => EquityScaled.Score([1, 1], [0]));
        Assert.Throws<ArgumentException>(() => SegmentationMetrics.Dice(new byte[6], new byte[6], 4, MaskRegion.Rim));
        Assert.Throws<ArgumentException>(() => SegmentationMetrics.Dice(new byte[4], new byte[8], 4, MaskRegion.Rim));
    }
}
