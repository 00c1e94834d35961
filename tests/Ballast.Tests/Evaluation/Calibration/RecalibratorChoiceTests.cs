using Ballast.Core;
using Ballast.Evaluation.Calibration;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Evaluation.Calibration;

public sealed class RecalibratorChoiceTests
{
    private static IRecalibrator[] Quick(int classes) => [.. RecalibratorCandidates.QuickKeys.Select(key => RecalibratorCandidates.Make(key, classes))];

    [Fact]
    public void Probabilities_that_are_too_sure_are_mended_and_right_ones_are_left()
    {
        var (sure, labels) = RecalibratorTests.Distorted(800, 3, 2.5, seed: 1);
        var (right, rightLabels) = RecalibratorTests.Distorted(800, 3, 1, seed: 2);

        var mended = RecalibratorChoice.Run(sure, labels, Quick(3));
        var left = RecalibratorChoice.Run(right, rightLabels, Quick(3));

        Assert.NotNull(mended.Map);
        Assert.Equal(mended.Name, mended.Trials.MinBy(trial => trial.Value)!.Name);
        Assert.Equal((null, null), (left.Name, left.Map));
    }

    [Theory]
    [InlineData(RecalibratorMetric.LogLoss)]
    [InlineData(RecalibratorMetric.Brier)]
    [InlineData(RecalibratorMetric.DebiasedError)]
    [InlineData(RecalibratorMetric.ClasswiseError)]
    public void Every_metric_ranks_and_the_same_seed_chooses_the_same(RecalibratorMetric metric)
    {
        var (predictions, labels) = RecalibratorTests.Distorted(400, 3, 3, seed: 3);
        var options = new RecalibratorChoiceOptions { Metric = metric, Draws = 100 };

        var (first, second) = (RecalibratorChoice.Run(predictions, labels, Quick(3), options), RecalibratorChoice.Run(predictions, labels, Quick(3), options));

        Assert.Equal(first.Trials, second.Trials);
        Assert.All(first.Trials, trial => Assert.Equal(trial.Value - first.Before, trial.Gain.Value, 1e-12));
        Assert.NotNull(first.Name);
    }

    [Fact]
    public void Bad_input_is_refused_by_row()
    {
        var off = new Predictions([0.5, 0.5, 0.6, 0.405, 0.5, 0.5, 0.5, 0.5], 2);

        Assert.Contains("Row 2: probabilities sum to 1.005", Assert.Throws<ArgumentException>(() => RecalibratorChoice.Run(off, [0, 1, 0, 1], Quick(2))).Message, StringComparison.Ordinal);
        Assert.Contains("too few", Assert.Throws<ArgumentException>(() => RecalibratorChoice.Run(new Predictions([0.5, 0.5], 2), [0], Quick(2))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => RecalibratorChoice.Run(new Predictions([1, 0, 1, 0, 1, 0, 1, 0], 2), [0, 0, 0, 0], []));
        Assert.Throws<ArgumentException>(() => RecalibratorCandidates.Make("platinum", 2));
    }

    [Fact]
    public void One_class_alone_in_a_fold_or_in_all_is_no_obstacle()
    {
        var (predictions, labels) = RecalibratorTests.Distorted(30, 3, 2, seed: 4);
        int[] rare = [.. labels.Select((_, i) => i == 0 ? 2 : i % 2)], one = new int[30];

        foreach (var given in new[] { rare, one })
            Assert.Equal(RecalibratorCandidates.Keys.Count - 3, RecalibratorChoice.Run(predictions, given, [.. RecalibratorCandidates.Keys.Where(key => !key.StartsWith("h-", StringComparison.Ordinal)).Select(key => RecalibratorCandidates.Make(key, 3))], new() { Draws = 50 }).Trials.Count);
    }

    [Fact]
    public void A_file_gives_the_map_back_and_lies_are_refused()
    {
        using var folder = new TemporaryFolder();
        var (predictions, labels) = RecalibratorTests.Distorted(200, 3, 2, seed: 5);
        foreach (var key in RecalibratorCandidates.Keys.Where(key => !key.StartsWith("h-", StringComparison.Ordinal)))
        {
            var map = RecalibratorCandidates.Make(key, 3).Fit(predictions, labels);
            new RecalibratorFile(key, ["a", "b", "c"], 200, 0, map).Save(folder.File("r.json"));

            var copy = RecalibratorFile.Load(folder.File("r.json"));

            Assert.Equal(map.Apply(predictions).Values.ToArray(), copy.Map.Apply(predictions).Values.ToArray());
            Assert.Equal(["a", "b", "c"], copy.ClassNames);
        }
        new RecalibratorFile("vector scaling", ["a", "b", "c"], 200, 0, RecalibratorCandidates.Make("vector", 3).Fit(predictions, labels)).Save(folder.File("r.json"));
        var text = File.ReadAllText(folder.File("r.json"));
        string[] lies = ["", "{}", "null", "[1]", text[..(text.Length / 2)], text.Replace("ballast-recalibrator", "pickle"), text.Replace("\"version\": 1", "\"version\": 2"),
            text.Replace("\"scale\": [", "\"scale\": [1,"), text.Replace("\"method\": \"vector\"", "\"method\": \"code\""), text.Replace("\"scale\": [", "\"scale\": null, \"x\": [")];
        foreach (var lie in lies)
        {
            File.WriteAllText(folder.File("lie.json"), lie);
            Assert.Throws<DataFormatException>(() => RecalibratorFile.Load(folder.File("lie.json")));
        }
    }
}
