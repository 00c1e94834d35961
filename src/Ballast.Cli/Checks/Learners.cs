using Ballast.Core;
using Ballast.Evaluation.Leakage;
using Ballast.Learning.Tabular;

namespace Ballast.Cli.Checks;

/// <summary>The learners that a check tries on a table, and the one that predicts it best out of fold.</summary>
internal static class Learners
{
    // One-hot columns times rows: beyond this a logistic regression costs more than it can show.
    private const long MostLogisticCells = 30_000_000;
    private const long MostForestCells = 150_000;
    private const int MostForestFeatures = 2_000;
    private const int FeaturesOfATree = 500;
    // A network costs seconds where trees cost tenths of them.
    private const long MostNetworkCells = 8_000_000;
    private const int MostNetworkFeatures = 500;
    private const double NetworkMargin = 0.01;

    /// <summary>Boosted trees sized to the table: small tables get small trees and slower steps.</summary>
    public static BoostedTreesOptions Trees(Dataset data, int seed) => data.Count < 2_000
        ? new BoostedTreesOptions { Iterations = 80, LearningRate = 0.07, Leaves = 8, Seed = seed, FeatureFraction = FeatureShare(data, 0.8), EarlyStoppingRounds = 0 }
        : new BoostedTreesOptions { Iterations = data.ClassCount > 10 ? 60 : 100, LearningRate = data.ClassCount > 10 ? 0.15 : 0.1, Leaves = data.ClassCount > 10 ? 24 : 16, Seed = seed, FeatureFraction = FeatureShare(data, 0.8), EarlyStoppingRounds = 0 };

    /// <summary>Picks among boosted trees, logistic regression, their mean with a random forest, and a network, by out-of-fold skill; gives the winner's predictions, and the learners that judge labels.</summary>
    public static (IClassifier Learner, Predictions OutOfFold, LabelJudge Judge) Choose(
        Dataset data, int[] foldOfRow, int seed, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        var members = new List<IClassifier> { new BoostedTrees(Trees(data, seed)) };
        if (LogisticCells(data) <= MostLogisticCells)
            members.Add(new LogisticRegression(new LogisticRegressionOptions { C = 0.3 }));
        var forest = (long)data.Count * data.ClassCount <= MostForestCells && data.Width <= MostForestFeatures ? Forest(data, seed) : null;
        if (forest is not null)
            members.Add(forest);

        var outOfFold = new Predictions[members.Count];
        for (var m = 0; m < members.Count; m++)
        {
            progress?.Report(new ProgressUpdate($"predicting out of fold: {members[m].Name}", (double)m / members.Count));
            outOfFold[m] = CrossValidation.OutOfFold(members[m], data, foldOfRow, cancellation: cancellation);
        }
        var candidates = members.Zip(outOfFold).Where(c => c.First != members.ElementAtOrDefault(2)).ToList();
        if (members.Count > 1)
            candidates.Add((new AveragedClassifier(members), PredictionsMean.Of(outOfFold)));
        if (members.Count > 2)
            candidates.Add((new AveragedClassifier(members[0], members[1]), PredictionsMean.Of(outOfFold[0], outOfFold[1])));
        var (learner, predictions) = candidates.MaxBy(c => Skill.OfProbabilities(data.Labels.Span, c.Second));
        if (TryNetwork(data, foldOfRow, seed, progress, cancellation) is { } network
            && Skill.OfProbabilities(data.Labels.Span, network.OutOfFold) > Skill.OfProbabilities(data.Labels.Span, predictions) + NetworkMargin)
            (learner, predictions) = (network.Learner, network.OutOfFold);
        return (learner, predictions, new LabelJudge(Judges(data, members, forest, seed)));
    }

    /// <summary>A perceptron sized to the table, for a few dozen epochs at most.</summary>
    public static NetworkOptions Network(int seed) => new() { Hidden = [64, 64], Epochs = 40, Patience = 5, Seed = seed };

    // It is slower to train and to explain than the others, so it must be better by a margin.
    private static (NetworkClassifier Learner, Predictions OutOfFold)? TryNetwork(Dataset data, int[] foldOfRow, int seed, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        if (data.Width > MostNetworkFeatures || LogisticCells(data) > MostNetworkCells)
            return null;
        progress?.Report(new ProgressUpdate("predicting out of fold: network", 0.9));
        var network = new NetworkClassifier(Network(seed));
        return (network, CrossValidation.OutOfFold(network, data, foldOfRow, cancellation: cancellation));
    }

    // Among three classes and more the forest's probabilities, a softmax of means, are too even: in mixtures they rank wrong labels worse.
    private static IClassifier[] Judges(Dataset data, List<IClassifier> members, BoostedTrees? forest, int seed) =>
        forest is null ? [.. members]
        : data.ClassCount == 2 ? [.. members, RandomizedTrees(data, seed)]
        : [.. members.Where(member => member != forest)];

    // LightGBM's random forest: each tree on a bootstrap-sized sample of rows and 40% of the features, grown deep. It grows a tree a class.
    private static BoostedTrees Forest(Dataset data, int seed) => new(ForestOptions(data, seed));

    // Extremely randomised trees (Geurts, Ernst and Wehenkel 2006): one random cut a feature. They follow wrong labels least, in ones and in parts of the table; only the judge of labels uses them.
    private static BoostedTrees RandomizedTrees(Dataset data, int seed)
    {
        var forest = ForestOptions(data, seed);
        return new(forest with { MinimumRowsPerLeaf = 5, FeatureFraction = FeatureShare(data, 0.6), Extra = new Dictionary<string, string>(forest.Extra) { ["extra_trees"] = "true" } });
    }

    private static BoostedTreesOptions ForestOptions(Dataset data, int seed) => new()
    {
        Iterations = Math.Clamp(300 / data.ClassCount, 20, 100),
        LearningRate = 1,
        Leaves = 63,
        MinimumRowsPerLeaf = 3,
        L2 = 0,
        FeatureFraction = FeatureShare(data, 0.4),
        Seed = seed,
        EarlyStoppingRounds = 0,
        Extra = new Dictionary<string, string> { ["boosting"] = "rf", ["bagging_freq"] = "1", ["bagging_fraction"] = "0.632" },
    };

    // Among very many features a tree finds good splits in a few hundred, and the time of a tree goes with those it looks at.
    private static double FeatureShare(Dataset data, double usual) => Math.Min(usual, FeaturesOfATree / (double)Math.Max(1, data.Width));

    private static long LogisticCells(Dataset data) => (long)data.Count * data.ClassCount * data.Columns.Sum(c => c.Kind == FeatureKind.Numeric ? 1 : c.Categories.Count);
}
