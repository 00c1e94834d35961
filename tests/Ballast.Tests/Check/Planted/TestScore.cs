using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Metrics;
using Ballast.Learning.Tabular;
using Ballast.Learning.Tabular.Saving;
using Ballast.Numerics.Intervals;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Check.Planted;

/// <summary>How well a model does on the clean test rows; AUC is the mean of the classes against the rest.</summary>
internal sealed record TestScore(double Accuracy, double MacroF1, double Auc, double LogLoss)
{
    public override string ToString() => FormattableString.Invariant($"accuracy {Accuracy:0.000} macro F1 {MacroF1:0.000} AUC {Auc:0.000} log loss {LogLoss:0.000}");

    /// <summary>The model that check wrote into the folder, on rows without the planted columns.</summary>
    public static TestScore OfHandedBack(PlantedTable planted, TemporaryFolder folder)
    {
        File.WriteAllText(folder.File("test.csv"), planted.TestWithout.ToCsv());
        var model = ModelFile.Load(folder.File("out/model.ballast"));
        var predictions = model.PredictProbabilities(model.Encoder!.Transform(TableReader.Read(folder.File("test.csv"))));
        return Of(planted, model.Classifier!.ClassNames, predictions, model.Decide(predictions));
    }

    /// <summary>Boosted trees trained on the folder's train.csv, on all columns that are features by their kind, defects and all.</summary>
    public static TestScore OfModelAsItCame(PlantedTable planted, TemporaryFolder folder)
    {
        File.WriteAllText(folder.File("whole-test.csv"), planted.Test.ToCsv());
        var table = TableReader.Read(folder.File("train.csv"));
        var features = table.Columns.Where(c => c.Kind is ColumnKind.Numeric or ColumnKind.Categorical or ColumnKind.Boolean or ColumnKind.Date)
            .Where(c => c.Name != planted.Truth.Target).Select(c => c.Name).ToArray();
        var encoder = FeatureEncoder.Fit(table, features);
        var model = new BoostedTrees().Fit(encoder.Transform(table, TargetCoding.Fit(table, planted.Truth.Target, TaskKind.Classification)).Data);
        var predictions = model.Predict(encoder.Transform(TableReader.Read(folder.File("whole-test.csv"))));
        return Of(planted, model.ClassNames, predictions, predictions.PredictedClasses());
    }

    private static TestScore Of(PlantedTable planted, IReadOnlyList<string> classes, Predictions predictions, int[] decided)
    {
        var truth = planted.Test.Column(planted.Truth.Target).Select(name => classes.ToList().IndexOf(name)).ToArray();
        int[] tested = [.. Enumerable.Range(0, classes.Count).Where(truth.Contains)];
        return new TestScore(
            truth.Zip(decided).Average(pair => pair.First == pair.Second ? 1.0 : 0),
            tested.Average(k => F1(truth, decided, k)),
            tested.Average(k => AreaUnderRoc([.. truth.Select(y => y == k ? 1 : 0)], [.. Enumerable.Range(0, truth.Length).Select(i => predictions[i, k])])),
            truth.Select((y, i) => -Math.Log(Math.Max(predictions[i, y], 1e-12))).Average());
    }

    private static double F1(int[] truth, int[] decided, int k)
    {
        var right = truth.Zip(decided).Count(pair => pair.First == k && pair.Second == k);
        return 2.0 * right / (truth.Count(y => y == k) + decided.Count(y => y == k));
    }

    private static double AreaUnderRoc(int[] labels, double[] scores) =>
        BinaryMetrics.FromScores(labels, scores, threshold: 0.5, new BootstrapOptions { Draws = 100 })[RankingMetric.RocAuc]!.Value.Value;
}
