using Ballast.Core;
using Ballast.Learning.Tabular;
using Ballast.Learning.Tabular.LightGbm;

namespace Ballast.Tests.Learning.Tabular;

public sealed class BoostedTreesTests
{
    [Fact]
    public void Models_are_the_same_to_the_byte_fitted_alone_or_beside_others()
    {
        var data = TableSamples.Classes(500);
        var learners = Enumerable.Range(0, 6).Select(seed => new BoostedTrees(new() { Seed = seed, FeatureFraction = 0.7, Iterations = 30 })).ToArray();
        static string Text(ITrainedClassifier model) => ((TrainedTrees)model).BoosterText!;
        var alone = learners.Select(learner => Text(learner.Fit(data))).ToArray();

        var beside = new string[learners.Length];
        Parallel.For(0, learners.Length, new ParallelOptions { MaxDegreeOfParallelism = 3 }, i => beside[i] = Text(learners[i].Fit(data)));

        Assert.Equal(alone, beside);
        Assert.NotEqual(alone[0], alone[1]);
    }

    [Fact]
    public void Early_stopping_keeps_the_round_of_least_validation_loss()
    {
        var (train, validation) = (TableSamples.Classes(400), TableSamples.Classes(400, seed: 2));
        var options = new BoostedTreesOptions { Iterations = 200, LearningRate = 0.3, EarlyStoppingRounds = 15 };
        double Loss(ITrainedClassifier model)
        {
            var predictions = model.Predict(validation);
            return Enumerable.Range(0, validation.Count).Average(i => -Math.Log(predictions[i, validation.Labels.Span[i]]));
        }

        var stopped = new BoostedTrees(options).Fit(train, validation);

        var rounds = ((TrainedTrees)stopped).BoosterText!.Split("\nTree=").Length / 3;
        Assert.InRange(rounds, 1, 100);
        foreach (var other in new[] { Math.Max(1, rounds - 1), rounds + 1, 200 })
            Assert.True(Loss(stopped) <= 1e-9 + Loss(new BoostedTrees(options with { EarlyStoppingRounds = 0, Iterations = other }).Fit(train)));
    }

    [Fact]
    public void Categories_split_by_membership_not_by_order()
    {
        var colours = FeatureColumn.Categorical("colour", [.. "abcdefghij".Select(c => $"{c}")]);
        var codes = Enumerable.Range(0, 400).Select(i => i % 10).ToArray();
        var data = new Dataset(
            codes.Select(c => (float)c).ToArray(), 400, [colours], labels: codes.Select(c => c % 2).ToArray(), classNames: ["even", "odd"]);

        var model = new BoostedTrees(new() { Leaves = 2, Iterations = 1, EarlyStoppingRounds = 0 }).Fit(data);

        Assert.Equal(1, TableSamples.Accuracy(data, model.Predict(data)));
    }

    [Fact]
    public void Gains_name_the_features_that_tell()
    {
        var gains = ((TrainedTrees)new BoostedTrees().Fit(TableSamples.Classes(600))).FeatureGains();

        Assert.Equal(4, gains.Length);
        Assert.True(gains[0] > 5 * gains[3]);
    }

    [Fact]
    public void Cancelling_while_trees_grow_stops_the_fit()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var learner = new BoostedTrees(new() { Iterations = 1_000_000, EarlyStoppingRounds = 0 });

        Assert.ThrowsAny<OperationCanceledException>(() => learner.Fit(TableSamples.Classes(2000), cancellation: source.Token));
    }

    [Fact]
    public void Extra_parameters_reach_LightGBM_but_cannot_cost_reproducibility()
    {
        var options = new BoostedTreesOptions { Iterations = 5, Extra = new Dictionary<string, string> { ["max_depth"] = "1", ["num_threads"] = "7" } };

        var text = ((TrainedTrees)new BoostedTrees(options).Fit(TableSamples.Classes())).BoosterText!;

        Assert.Contains("[max_depth: 1]", text);
        Assert.Contains("[num_threads: 1]", text);
        Assert.Throws<ArgumentException>(() => new BoostedTreesOptions { Extra = new Dictionary<string, string> { ["a"] = "1 num_threads=2" } });
    }

    [Fact]
    public void LightGBMs_own_refusal_reaches_the_caller() =>
        Assert.StartsWith("LightGBM: ", Assert.Throws<InvalidOperationException>(() => new Booster("no model at all")).Message);

    [Fact]
    public void Regression_finds_the_surface_at_any_offset_and_scale()
    {
        var (train, fresh) = (TableSamples.Targets(2000), TableSamples.Targets(500, seed: 2));

        var predicted = new BoostedTreesRegressor().Fit(train).Predict(fresh);

        var rootMeanSquare = Math.Sqrt(Enumerable.Range(0, fresh.Count).Average(i => Math.Pow(predicted[i] - fresh.Targets.Span[i], 2)));
        Assert.InRange(rootMeanSquare, 0.1, 0.8); // the targets' own deviation is about 4.8
    }

    [Fact]
    public void Regression_without_features_predicts_the_weighted_mean()
    {
        var data = new Dataset(default, 3, [], targets: new double[] { 1, 2, 6 }, weights: new float[] { 1, 1, 2 });

        Assert.Equal(3.75, new BoostedTreesRegressor().Fit(data).Predict(data)[0], 1e-12);
    }

    [Fact]
    public void A_missing_OpenMP_runtime_is_named_with_its_package()
    {
        Assert.Contains("apt-get install libgomp1", LightGbmLibrary.Explain("libgomp.so.1: cannot open shared object file"));
        Assert.DoesNotContain("apt-get", LightGbmLibrary.Explain("invalid ELF header"));
    }

    [Fact]
    public void Copies_of_OpenMP_beside_the_program_are_found()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux needs libgomp.");
        Assert.SkipUnless(File.Exists(Path.Combine(AppContext.BaseDirectory, "libtorch_cpu.so")), "This build takes no libtorch along, so no libgomp either.");

        Assert.Contains(LightGbmLibrary.BundledGomp(AppContext.BaseDirectory), path => Path.GetFileName(path).StartsWith("libgomp-", StringComparison.Ordinal));
    }
}
