using Ballast.Core;
using Ballast.Evaluation.Slices;
using Ballast.Evaluation.Slices.Language;
using Ballast.Evaluation.Slices.Repair;
using FsCheck.Xunit;

namespace Ballast.Tests.Evaluation.Slices;

public sealed class SliceMitigationTests
{
    // Predicted by the tube alone where it shows; representations hold label and tube apart.
    private static SliceInput Biased(int seed, int count = 600)
    {
        var random = RandomStream.For(seed, "biased head");
        var (labels, predictions, representations, texts) = (new int[count], new int[count], new double[count * 4], new string[count]);
        for (var i = 0; i < count; i++)
        {
            labels[i] = random.Next(2);
            var tube = random.Next(2);
            double[] signals = [labels[i], tube, 0, 1];
            for (var j = 0; j < 4; j++)
                representations[4 * i + j] = signals[j] + (j < 3 ? 0.35 * random.NextGaussian() : 0);
            predictions[i] = representations[4 * i] + 1.5 * representations[4 * i + 1] > 1.25 ? 1 : 0;
            texts[i] = tube == 1 ? $"tube seen, view {random.Next(4)}" : $"clear field, view {random.Next(4)}";
        }
        return new SliceInput(labels, predictions, representations, LeaningModel.ClassNames, texts);
    }

    [Fact]
    public async Task Refitting_by_the_named_bias_mends_the_worst_slice_on_other_rows()
    {
        var (rows, unseen) = (Biased(1), Biased(2));
        int[] groups = [.. Enumerable.Range(0, unseen.Count).Select(i => 2 * unseen.Labels.Span[i] + (unseen.Texts![i].Contains("tube", StringComparison.Ordinal) ? 1 : 0))];
        var report = await LeaningModel.Find(new LadderInput(rows));

        foreach (var routing in Enum.GetValues<HeadRouting>())
        {
            var repair = SliceMitigation.RetrainLastLayer(report, rows, new SliceMitigationOptions { Routing = routing });
            var after = repair.Ensemble!.Predict(unseen.Representations.Span, unseen.Predictions.Span);
            var measured = RepairReport.Measure(report, unseen, after, groups);

            Assert.Null(repair.Reason);
            Assert.Equal(report.Hypotheses.Count(test => test.IsConfirmed), repair.Ensemble.Heads.Count);
            Assert.Equal(report.Slices.Count, measured.Slices.Count);
            Assert.Equal((2, 4), (measured.Classes.Count, measured.Groups.Count));
            Assert.True(measured.WorstSlice!.Value.After.Value > measured.WorstSlice.Value.Before.Value + 0.15);
            Assert.True(measured.WorstGroup!.Value.After.Value > measured.WorstGroup.Value.Before.Value + 0.3);
            Assert.True(measured.Overall.After.Value > measured.Overall.Before.Value);
        }
    }

    [Fact]
    public async Task Without_a_confirmed_hypothesis_the_old_head_stays_with_a_reason()
    {
        var input = LeaningModel.Rows(3, reliance: 0);
        var perfect = new SliceInput(input.Rows.Labels, input.Rows.Labels, input.Rows.Representations, input.Rows.ClassNames, input.Rows.Texts);

        var unconfirmed = SliceMitigation.RetrainLastLayer(await LeaningModel.Find(input), input.Rows);
        var unsought = SliceMitigation.RetrainLastLayer(await LeaningModel.Find(new LadderInput(perfect)), perfect);

        Assert.Equal((null, "no hypothesis was confirmed"), (unconfirmed.Ensemble, unconfirmed.Reason));
        Assert.Equal((null, "nothing was sought: there are no errors"), (unsought.Ensemble, unsought.Reason));
    }

    [Property(MaxTest = 50)]
    public bool Each_class_gives_as_many_rows_of_high_as_of_low_score(int seed)
    {
        var random = RandomStream.For(seed, "balanced");
        var count = 6 + random.Next(60);
        int[] labels = [.. Enumerable.Range(0, count).Select(_ => random.Next(2))];
        double[] scores = [.. Enumerable.Range(0, count).Select(_ => (double)random.Next(10))];
        var rows = new SliceInput(labels, labels, new double[count], ["a", "b"]);
        var chosen = SliceMitigation.Balanced(rows, scores, rowsPerSide: 5);
        return chosen.Distinct().Count() == chosen.Length && Enumerable.Range(0, 2).All(c =>
        {
            double[] own = [.. chosen.Where(row => labels[row] == c).Select(row => scores[row])], all = [.. Enumerable.Range(0, count).Where(i => labels[i] == c).Select(i => scores[i]).Order()];
            var n = Math.Min(5, all.Length / 3);
            return own.Order().SequenceEqual([.. all[..n], .. all[^n..]]);
        });
    }

    [Fact]
    public void The_layer_is_at_the_minimum_of_its_objective()
    {
        var rows = Biased(3, 90);
        const double Penalty = 0.7;
        double[] weights = [.. Enumerable.Range(0, 90).Select(i => i % 3 / 2.0)];
        var layer = LastLayer.Fit(rows.Representations, rows.Labels, 2, Penalty, weights);
        var parameters = layer.Weights.ToArray().Concat(layer.Intercepts.ToArray()).ToArray();

        // Central differences of the objective, written out anew.
        for (var p = 0; p < parameters.Length; p++)
            Assert.Equal(0, (Objective(p, 1e-5) - Objective(p, -1e-5)) / 2e-5, 3);

        double Objective(int moved, double by)
        {
            double[] at = [.. parameters];
            at[moved] += by;
            var value = at.Take(8).Sum(w => w * w) / 2;
            for (var i = 0; i < 90; i++)
            {
                double[] z = [.. Enumerable.Range(0, 2).Select(k => at[8 + k] + Enumerable.Range(0, 4).Sum(j => at[4 * k + j] * rows.Representations.Span[4 * i + j]))];
                value += Penalty * weights[i] * (Math.Log(Math.Exp(z[0]) + Math.Exp(z[1])) - z[rows.Labels.Span[i]]);
            }
            return value;
        }
    }

    [Fact]
    public void Rows_twice_are_rows_of_twice_the_weight()
    {
        var rows = Biased(4, 60);
        double[] twice = [.. rows.Representations.ToArray(), .. rows.Representations.ToArray()];
        int[] labels = [.. rows.Labels.ToArray(), .. rows.Labels.ToArray()];

        var doubled = LastLayer.Fit(twice, labels, 2);
        var weighted = LastLayer.Fit(rows.Representations, rows.Labels, 2, weights: Enumerable.Repeat(2.0, 60).ToArray());

        Assert.All(doubled.Weights.ToArray().Zip(weighted.Weights.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 4));
    }

    [Fact]
    public async Task Known_and_pseudo_groups_lift_the_worst_group_too()
    {
        var (rows, unseen) = (Biased(5), Biased(6));
        int[] GroupsOf(SliceInput part) => [.. Enumerable.Range(0, part.Count).Select(i => 2 * part.Labels.Span[i] + (part.Texts![i].Contains("tube", StringComparison.Ordinal) ? 1 : 0))];
        var report = await LeaningModel.Find(new LadderInput(rows));
        LastLayer[] layers =
        [
            ComparisonHeads.WholeSplit(rows), ComparisonHeads.GroupBalanced(rows, GroupsOf(rows)), ComparisonHeads.JustTrainTwice(rows, [.. report.Slices.Select(slice => slice.Slice)]),
            ComparisonHeads.GroupRobust(rows, ComparisonHeads.PseudoGroups(report.Slices[0].Hypothesis, rows)),
        ];

        Assert.All(layers, layer =>
        {
            var probabilities = layer.Probabilities(unseen.Representations.Span);
            var worst = RepairReport.Measure(report, unseen, [.. Enumerable.Range(0, unseen.Count).Select(i => probabilities[2 * i + 1] > 0.5 ? 1 : 0)], GroupsOf(unseen)).WorstGroup!.Value;
            Assert.True(worst.After.Value > worst.Before.Value + 0.2, $"{worst}");
        });
    }

    [Fact]
    public async Task Wrong_shapes_are_refused()
    {
        var rows = Biased(1);
        var report = await LeaningModel.Find(new LadderInput(rows));

        Assert.Throws<ArgumentException>(() => SliceMitigation.RetrainLastLayer(report, Biased(1, 300)));
        Assert.Throws<ArgumentException>(() => RepairReport.Measure(report, rows, [1]));
        Assert.Throws<ArgumentException>(() => ComparisonHeads.GroupBalanced(rows, [0]));
        Assert.Throws<ArgumentException>(() => LastLayer.Fit(new double[5], new int[2], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SliceMitigationOptions { Penalty = 0 });
    }
}
