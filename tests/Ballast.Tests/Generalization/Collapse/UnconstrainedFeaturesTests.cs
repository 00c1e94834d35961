using Ballast.Core;
using Ballast.Generalization.Collapse;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Training;

namespace Ballast.Tests.Generalization.Collapse;

public sealed class UnconstrainedFeaturesTests
{
    [Fact]
    public void Training_reaches_the_predicted_frame_and_collapses_the_rare_class()
    {
        int[] counts = [40, 20, 8, 2];
        var prediction = NeuralCollapse.Predict(counts, [0.03], 0.018);
        Assert.Equal([3], prediction.CollapsedClasses);

        var trained = UnconstrainedFeatures.Train(new() { ClassCounts = counts, FeatureWidth = 6, LambdaW = [0.03], LambdaH = 0.018, Steps = 3000 });
        var report = trained.Measure(CollapseTarget.Gof(prediction));

        Assert.Equal(prediction.OptimalLoss, trained.Loss, 1e-8);
        Assert.InRange(report.Nc1!.Value, 0, 1e-8);
        Assert.InRange(report.Nc2H!.Value, 0, 1e-4);
        Assert.All(prediction.Classes.Zip(report.ClassifierNorm), pair => Assert.Equal(pair.First.ClassifierSquaredNorm!.Value, pair.Second * pair.Second, 1e-4));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_free_bias_makes_balanced_classes_a_simplex(int layers)
    {
        double[] lambdaW = [.. Enumerable.Repeat(0.01, layers)];
        var prediction = NeuralCollapse.PredictWithBias(3, 10, lambdaW, 0.005);

        var trained = UnconstrainedFeatures.Train(new()
        {
            ClassCounts = [10, 10, 10],
            FeatureWidth = 5,
            LambdaW = lambdaW,
            LambdaH = 0.005,
            Bias = BiasTerm.Free,
            Scale = 2,
        });

        Assert.False(prediction.Collapsed);
        Assert.Equal(prediction.OptimalLoss, trained.Loss, 1e-8);
        Assert.All(trained.Classifier.Bias!, bias => Assert.Equal(1.0 / 3, bias, 1e-6));
        Assert.All(Enumerable.Range(0, 3), k => Assert.Equal(
            prediction.ClassifierScale * 2 / 3, System.Numerics.Tensors.TensorPrimitives.SumOfSquares(trained.Classifier.Row(k)), 1e-5));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Cross_entropy_reaches_the_predicted_margin(int layers)
    {
        double[] lambdaW = [.. Enumerable.Repeat(0.005, layers)];
        var prediction = NeuralCollapse.PredictCrossEntropy(4, 20, lambdaW, 0.0005);

        var trained = UnconstrainedFeatures.Train(new()
        {
            ClassCounts = [20, 20, 20, 20],
            FeatureWidth = 6,
            LambdaW = lambdaW,
            LambdaH = 0.0005,
            Loss = CollapseLoss.CrossEntropy,
            Scale = 2,
        });

        Assert.InRange(trained.Loss - prediction.OptimalLoss, -1e-9, layers == 1 ? 1e-8 : 1e-4);
    }

    [Fact]
    public void A_bottleneck_drops_the_smallest_classes()
    {
        int[] counts = [40, 30, 20, 10];
        var prediction = NeuralCollapse.Predict(counts, [0.005], 0.005, width: 2);

        var trained = UnconstrainedFeatures.Train(new() { ClassCounts = counts, FeatureWidth = 2, LambdaW = [0.005], LambdaH = 0.005 });

        Assert.Equal([2, 3], prediction.CollapsedClasses);
        Assert.InRange(trained.Loss - prediction.OptimalLoss, -1e-9, 1e-6);
    }

    [Theory]
    [InlineData(CollapseLoss.MeanSquaredError, BiasTerm.None)]
    [InlineData(CollapseLoss.CrossEntropy, BiasTerm.Free)]
    public void The_gradient_is_that_of_the_objective(CollapseLoss loss, BiasTerm bias)
    {
        var problem = new FullBatchProblem(
            new() { ClassCounts = [3, 2], FeatureWidth = 3, LambdaW = [0.1, 0.2], LambdaH = 0.3, Loss = loss, Bias = bias }, [3, 4, 2]);
        var gradient = new double[problem.Parameters.Length];
        var ignored = new double[gradient.Length];
        problem.Gradient(gradient);

        for (var i = 0; i < gradient.Length; i++)
        {
            var value = problem.Parameters[i];
            problem.Parameters[i] = value + 1e-5;
            var above = problem.Gradient(ignored);
            problem.Parameters[i] = value - 1e-5;
            var below = problem.Gradient(ignored);
            problem.Parameters[i] = value;
            Assert.Equal((above - below) / 2e-5, gradient[i], 1e-8);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_run_and_cancellation_stops_it()
    {
        UnconstrainedFeaturesOptions options = new() { ClassCounts = [4, 2], FeatureWidth = 3, LambdaW = [0.01], LambdaH = 0.01, Steps = 50 };

        Assert.Equal(UnconstrainedFeatures.Train(options).Features, UnconstrainedFeatures.Train(options).Features);
        Assert.NotEqual(UnconstrainedFeatures.Train(options).Features, UnconstrainedFeatures.Train(options with { Seed = 1 }).Features);
        Assert.ThrowsAny<OperationCanceledException>(() => UnconstrainedFeatures.Train(options, new CancellationToken(true)));
    }

    [Fact]
    public void Widths_and_decays_that_do_not_fit_are_refused()
    {
        UnconstrainedFeaturesOptions options = new() { ClassCounts = [4, 2], FeatureWidth = 3, LambdaW = [0.01, 0.01], LambdaH = 0.01 };

        Assert.ThrowsAny<ArgumentException>(() => UnconstrainedFeatures.Train(options with { HiddenWidths = [3, 3] }));
        Assert.ThrowsAny<ArgumentException>(() => UnconstrainedFeatures.Train(options with { LambdaW = [] }));
        Assert.ThrowsAny<ArgumentException>(() => UnconstrainedFeatures.Train(options with { ClassCounts = [4] }));
    }

    [Fact]
    public void A_network_is_measured_while_it_trains()
    {
        var random = RandomStream.For(0, "tracked");
        var labels = Enumerable.Range(0, 60).Select(i => i % 3).ToArray();
        var features = labels.SelectMany(k => new[] { (float)(k + 0.3 * random.NextGaussian()), (float)random.NextGaussian() }).ToArray();
        var data = new Dataset(features, 60, [], [2], labels, ["a", "b", "c"]);
        using var network = new Mlp(2, [8], 3, seed: 0);
        var objective = new CollapseObjective(new SupervisedObjective(new CrossEntropyLoss()), CollapseTarget.Etf, every: 2);

        new Trainer(new TrainerOptions { Epochs = 5, BatchSize = 20 }).Train(network, objective, data);

        Assert.Equal([1, 3, 4], objective.Trajectory.Select(epoch => epoch.Epoch));
        Assert.All(objective.Trajectory, epoch => Assert.InRange(epoch.Accuracy, 0, 1));
        Assert.All(objective.Trajectory, epoch => Assert.True(epoch.Report.Nc1 > 0));
        Assert.Equal(8, network.FeatureCount);
    }
}
