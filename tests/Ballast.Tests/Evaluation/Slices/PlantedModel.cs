using Ballast.Cli.Checks;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Learning.Tabular;
using Ballast.Tests.Check.Planted;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Evaluation.Slices;

/// <summary>A table with or without a planted slice, and what models as in <c>check</c> predict for each row without having seen it.</summary>
/// <param name="Data">Features and given labels.</param>
/// <param name="Predictions">Out-of-fold probabilities: the mean of boosted trees and logistic regression (of many classes the trees alone).</param>
/// <param name="Inside">Rows of the planted slice; all false where none was planted.</param>
internal sealed record PlantedModel(Dataset Data, Predictions Predictions, bool[] Inside)
{
    private const int MaximumRows = 7000;

    /// <summary>Half of the labels of a conjunction of a numeric range and another column drawn at random, or nothing changed; 70% of at most 7,000 rows are used.</summary>
    public static PlantedModel Of(CsvTable table, string target, int seed, bool slice)
    {
        var planted = Planter.Plant(table, target, new Planting { Seed = seed, MaxRows = MaximumRows, NoiseSlice = slice });
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("train.csv"), planted.Train.ToCsv());
        var read = TableReader.Read(folder.File("train.csv"));
        string[] features = [.. read.Columns.Where(c => c.Name != target && c.Kind is ColumnKind.Numeric or ColumnKind.Categorical or ColumnKind.Boolean or ColumnKind.Date).Select(c => c.Name)];
        var data = FeatureEncoder.Fit(read, features).Transform(read, TargetCoding.Fit(read, target, TaskKind.Classification)).Data;
        IClassifier trees = new BoostedTrees(Learners.Trees(data, seed));
        var learner = data.ClassCount > 10 ? trees : new AveragedClassifier(trees, new LogisticRegression(new LogisticRegressionOptions { C = 0.3 }));
        var predictions = CrossValidation.OutOfFold(learner, data, Folds.Stratified(data.Labels.Span, data.ClassCount, folds: 5, seed));
        var inside = new bool[data.Count];
        foreach (var row in planted.Truth.Slice?.Rows ?? [])
            inside[row - 1] = true;
        return new PlantedModel(data, predictions, inside);
    }

    /// <summary>Whether each prediction is wrong.</summary>
    public bool[] Errors()
    {
        var labels = Data.Labels.ToArray();
        return [.. Predictions.PredictedClasses().Select((predicted, i) => predicted != labels[i])];
    }
}
