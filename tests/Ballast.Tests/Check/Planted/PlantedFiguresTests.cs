using System.Diagnostics;
using Ballast.Data.LabelErrors;
using Ballast.Data.Reading;
using Ballast.Learning.Tabular;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Check.Planted;

/// <summary>The figures of docs/planted.md: everything planted into every real table, and <c>check</c> scored against it.</summary>
public sealed class PlantedFiguresTests(ITestOutputHelper log)
{
    private const int Seeds = 3;

    public static TheoryData<string, string> Tables => new()
    {
        { "tables/credit_data.csv", "Status" }, { "tables/lending_club.csv", "Class" }, { "tables/mlc_churn.csv", "churn" }, { "tables/pima.csv", "diabetes" },
        { "tables/breast_cancer.csv", "Class" }, { "tables/satellite.csv", "classes" }, { "tables/letter.csv", "lettr" }, { "tables/shuttle.csv", "Class" },
        { "tables/spam.csv", "type" }, { "adult/adult.csv", "income" },
    };

    /// <summary>Minutes a table. BALLAST_PLANTED names a folder that keeps what was planted and answered, for other programs to judge; null keeps nothing.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Tables))]
    public void Figures(string table, string target)
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var planted = Planter.Plant(CsvTable.Read(RealData.Require(table)), target, PlantingOf(table, seed));
            using var folder = new TemporaryFolder();
            File.WriteAllText(folder.File("train.csv"), planted.Train.ToCsv());
            var watch = Stopwatch.StartNew();
            var run = ProgramRun.Of("check", folder.File("train.csv"), "--target", target, "--out", folder.File("out"), "--json");
            var seconds = watch.Elapsed.TotalSeconds;
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            var score = PlantedScore.Of(run.Output, File.ReadAllText(folder.File("out/suggested.csv")), planted.Truth);
            var singles = SingleModels(planted, folder.File("train.csv"));
            log.WriteLine(FormattableString.Invariant($"{Path.GetFileNameWithoutExtension(table)} {seed}: missed [{string.Join(' ', score.SpoiledMissed)}] clean named [{string.Join(' ', score.CleanNamed)}] ")
                + FormattableString.Invariant($"duplicates {score.SuggestedDuplicates.Recall:0.000} / {score.SuggestedDuplicates.Precision:0.000} / strict {score.SuggestedDuplicates.StrictPrecision:0.000} ")
                + FormattableString.Invariant($"labels {score.LabelAveragePrecision:0.000} singles [{string.Join(' ', singles.Select(ap => ap.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture)))}] ")
                + FormattableString.Invariant($"model {TestScore.OfHandedBack(planted, folder)} came {TestScore.OfModelAsItCame(planted, folder)} {seconds:0} s"));
            Keep(planted, folder, $"{Path.GetFileNameWithoutExtension(table)}_{seed}");
        }
    }

    // Every seed has another leak and another id; the second has flips that differ by class and copies labelled anew, the third copies with ids of their own at the end.
    private static Planting PlantingOf(string table, int seed)
    {
        SpoiledKind[] leaks = [SpoiledKind.NumericLeak, SpoiledKind.RenamedLabel, SpoiledKind.ScaledCopy], ids = [SpoiledKind.ShuffledId, SpoiledKind.PrefixedId, SpoiledKind.HashId];
        var planting = Planting.Everything(100 + seed, leaks[seed - 1], ids[seed - 1]) with { NaturalIds = table.Contains("breast", StringComparison.Ordinal) ? ["Id"] : [] };
        return seed switch
        {
            2 => planting with { Flips = FlipPattern.ClassDependent, CopyLabels = CopyLabels.EnteredAgain },
            3 => planting with { Identity = CopyIdentity.New, Placement = CopyPlacement.Appended },
            _ => planting,
        };
    }

    // Average precision of cleanlab's better score (self-confidence, normalised margin) by boosted trees, logistic regression and a random forest, told which columns to leave out.
    private static double[] SingleModels(PlantedTable planted, string train)
    {
        var table = TableReader.Read(train);
        var features = table.Columns.Where(c => c.Kind is ColumnKind.Numeric or ColumnKind.Categorical or ColumnKind.Boolean or ColumnKind.Date)
            .Where(c => planted.Truth.CleanColumns.Contains(c.Name)).Select(c => c.Name).ToArray();
        var data = FeatureEncoder.Fit(table, features).Transform(table, TargetCoding.Fit(table, planted.Truth.Target, TaskKind.Classification)).Data;
        var folds = Folds.Stratified(data.Labels.Span, data.ClassCount, 5, seed: 0);
        var wrong = planted.Truth.WrongLabels.Select(label => label.Row).ToHashSet();
        IClassifier forest = new BoostedTrees(new BoostedTreesOptions
        {
            Iterations = Math.Clamp(300 / data.ClassCount, 20, 100),
            LearningRate = 1,
            Leaves = 63,
            MinimumRowsPerLeaf = 3,
            L2 = 0,
            FeatureFraction = 0.4,
            EarlyStoppingRounds = 0,
            Extra = new Dictionary<string, string> { ["boosting"] = "rf", ["bagging_freq"] = "1", ["bagging_fraction"] = "0.632" },
        });
        return [.. new IClassifier[] { new BoostedTrees(), new LogisticRegression(), forest }.Select(model =>
        {
            var predictions = CrossValidation.OutOfFold(model, data, folds);
            return new[] { LabelQualityScore.SelfConfidence, LabelQualityScore.NormalizedMargin }
                .Max(by => PlantedScore.AveragePrecision(LabelQuality.Score(data.Labels, predictions, by), row => wrong.Contains(data.RowIds.Span[row - 1] + 1)));
        })];
    }

    private static void Keep(PlantedTable planted, TemporaryFolder folder, string name)
    {
        if (Environment.GetEnvironmentVariable("BALLAST_PLANTED") is not { Length: > 0 } kept)
            return;
        var into = Directory.CreateDirectory(Path.Combine(kept, name)).FullName;
        foreach (var file in (string[])["train.csv", "whole-test.csv", "out/suggested.csv", "out/findings.json"])
            File.Copy(folder.File(file), Path.Combine(into, Path.GetFileName(file)), overwrite: true);
        File.WriteAllText(Path.Combine(into, "truth.json"), System.Text.Json.JsonSerializer.Serialize(new
        {
            target = planted.Truth.Target,
            wrong = planted.Truth.WrongLabels.Select(label => label.Row),
            spoiled = planted.Truth.Spoiled.Keys,
            ids = planted.Truth.DebatableColumns,
        }));
    }
}
