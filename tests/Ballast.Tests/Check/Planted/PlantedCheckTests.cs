using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Metrics;
using Ballast.Learning.Tabular;
using Ballast.Learning.Tabular.Saving;
using Ballast.Numerics.Intervals;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Check.Planted;

/// <summary><c>check</c> from end to end on tables whose defects are known.</summary>
public sealed class PlantedCheckTests(ITestOutputHelper log)
{
    // Floors of the label ranking's average precision: 10% below what was measured.
    private static readonly Dictionary<string, double> labelFloors = new()
    {
        ["credit, renamed label, prefixed id"] = 0.368,
        ["pima, numeric leak, shuffled id"] = 0.4,
        ["satellite, scaled copy, hash id"] = 0.75,
    };

    [Theory]
    [MemberData(nameof(PlantedTables.Names), MemberType = typeof(PlantedTables))]
    public void Planted_defects_are_found_and_the_model_handed_back_is_better(string name)
    {
        var planted = PlantedTables.Plant(name);
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("train.csv"), planted.Train.ToCsv());

        var run = ProgramRun.Of("check", folder.File("train.csv"), "--target", planted.Truth.Target, "--out", folder.File("out"), "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var score = PlantedScore.Of(run.Output, File.ReadAllText(folder.File("out/suggested.csv")), planted.Truth);
        var baseRate = planted.Truth.WrongLabels.Count / (double)planted.Truth.Rows;
        var (ours, asItCame) = (HandedBack(planted, folder), AsItCame(planted, folder));
        log.WriteLine($"{name}: missed [{string.Join(", ", score.SpoiledMissed)}], clean named [{string.Join(", ", score.CleanNamed)}], "
            + $"duplicates {score.SuggestedDuplicates.Recall:0.000} / {score.SuggestedDuplicates.Precision:0.000} (findings {score.Duplicates.Recall:0.000} / {score.Duplicates.Precision:0.000}), "
            + $"label AP {score.LabelAveragePrecision:0.0000} (base {baseRate:0.0000}), model {ours} against {asItCame}");
        Assert.Empty(score.SpoiledMissed);
        Assert.Empty(score.CleanNamed);
        Assert.All((DuplicateScore[])[score.Duplicates, score.SuggestedDuplicates], duplicates =>
        {
            Assert.True(duplicates.Recall >= 0.95, $"recall of duplicates {duplicates.Recall}");
            Assert.True(duplicates.Precision >= 0.8, $"precision of duplicates {duplicates.Precision}");
        });
        Assert.True(score.LabelAveragePrecision > 3 * baseRate, $"average precision {score.LabelAveragePrecision}, base rate {baseRate}");
        Assert.True(score.LabelAveragePrecision >= labelFloors[name], $"average precision {score.LabelAveragePrecision}");
        Assert.True(ours.Accuracy > asItCame.Accuracy || ours.Auc > asItCame.Auc, $"{ours} against {asItCame}");
    }

    // The model that check wrote, on rows without the planted columns.
    private static TestScore HandedBack(PlantedTable planted, TemporaryFolder folder)
    {
        File.WriteAllText(folder.File("test.csv"), planted.TestWithout.ToCsv());
        var model = ModelFile.Load(folder.File("out/model.ballast"));
        var predictions = model.PredictProbabilities(model.Encoder!.Transform(TableReader.Read(folder.File("test.csv"))));
        return TestScore.Of(planted, model.Classifier!.ClassNames, predictions, model.Decide(predictions));
    }

    // Boosted trees on all columns that are features by their kind, defects and all.
    private static TestScore AsItCame(PlantedTable planted, TemporaryFolder folder)
    {
        File.WriteAllText(folder.File("whole-test.csv"), planted.Test.ToCsv());
        var table = TableReader.Read(folder.File("train.csv"));
        var features = table.Columns.Where(c => c.Kind is ColumnKind.Numeric or ColumnKind.Categorical or ColumnKind.Boolean or ColumnKind.Date)
            .Where(c => c.Name != planted.Truth.Target).Select(c => c.Name).ToArray();
        var encoder = FeatureEncoder.Fit(table, features);
        var model = new BoostedTrees().Fit(encoder.Transform(table, TargetCoding.Fit(table, planted.Truth.Target, TaskKind.Classification)).Data);
        var predictions = model.Predict(encoder.Transform(TableReader.Read(folder.File("whole-test.csv"))));
        return TestScore.Of(planted, model.ClassNames, predictions, predictions.PredictedClasses());
    }

    /// <summary>How well a model does on the clean test rows; AUC is the mean of the classes against the rest.</summary>
    private sealed record TestScore(double Accuracy, double Auc)
    {
        public static TestScore Of(PlantedTable planted, IReadOnlyList<string> classes, Predictions predictions, int[] decided)
        {
            var truth = planted.Test.Column(planted.Truth.Target).Select(name => classes.ToList().IndexOf(name)).ToArray();
            var aucs = Enumerable.Range(0, classes.Count).Where(k => truth.Contains(k)).Select(k =>
                AreaUnderRoc([.. truth.Select(y => y == k ? 1 : 0)], [.. Enumerable.Range(0, truth.Length).Select(i => predictions[i, k])]));
            return new TestScore(truth.Zip(decided).Average(pair => pair.First == pair.Second ? 1.0 : 0), aucs.Average());
        }

        private static double AreaUnderRoc(int[] labels, double[] scores) =>
            BinaryMetrics.FromScores(labels, scores, threshold: 0.5, new BootstrapOptions { Draws = 100 })[RankingMetric.RocAuc]!.Value.Value;
    }
}
