using Ballast.Core;
using Ballast.Evaluation.Leakage;
using Ballast.Learning.Tabular;

namespace Ballast.Cli.Checks;

/// <summary>The learners that a check tries on a table, and the one that predicts it best out of fold.</summary>
internal static class Learners
{
    // One-hot columns times rows: beyond this a logistic regression costs more than it can show.
    private const long MostLogisticCells = 30_000_000;

    /// <summary>Boosted trees sized to the table: small tables get small trees and slower steps.</summary>
    public static BoostedTreesOptions Trees(Dataset data, int seed) => data.Count < 2_000
        ? new BoostedTreesOptions { Iterations = 80, LearningRate = 0.07, Leaves = 8, Seed = seed, FeatureFraction = 0.8 }
        : new BoostedTreesOptions { Iterations = data.ClassCount > 10 ? 60 : 100, LearningRate = data.ClassCount > 10 ? 0.15 : 0.1, Leaves = data.ClassCount > 10 ? 24 : 16, Seed = seed, FeatureFraction = 0.8 };

    /// <summary>Picks among boosted trees, logistic regression and their mean by out-of-fold skill; gives the winner's predictions too.</summary>
    public static (IClassifier Learner, Predictions OutOfFold) Choose(
        Dataset data, int[] foldOfRow, int seed, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        var trees = new BoostedTrees(Trees(data, seed));
        progress?.Report(new ProgressUpdate("predicting out of fold: boosted trees", 0));
        var byTrees = CrossValidation.OutOfFold(trees, data, foldOfRow, cancellation: cancellation);
        if (LogisticCells(data) > MostLogisticCells)
            return (trees, byTrees);

        var logistic = new LogisticRegression(new LogisticRegressionOptions { C = 0.3, MaximumIterations = 3000 });
        progress?.Report(new ProgressUpdate("predicting out of fold: logistic regression", 0.5));
        var byLogistic = CrossValidation.OutOfFold(logistic, data, foldOfRow, cancellation: cancellation);
        var byBoth = PredictionsMean.Of(byTrees, byLogistic);
        (IClassifier Learner, Predictions OutOfFold)[] candidates =
            [(trees, byTrees), (new AveragedClassifier(trees, logistic), byBoth), (logistic, byLogistic)];
        return candidates.MaxBy(c => Skill.OfProbabilities(data.Labels.Span, c.OutOfFold));
    }

    private static long LogisticCells(Dataset data) => (long)data.Count * data.ClassCount * data.Columns.Sum(c => c.Kind == FeatureKind.Numeric ? 1 : c.Categories.Count);
}
