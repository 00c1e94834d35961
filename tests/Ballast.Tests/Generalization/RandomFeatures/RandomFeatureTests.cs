using Ballast.Core;
using Ballast.Exchange.Onnx;
using Ballast.Generalization.RandomFeatures;
using Ballast.Robustness.Verification;
using Ballast.Tests.Shared;
using FsCheck;
using FsCheck.Fluent;
using TorchSharp;

namespace Ballast.Tests.Generalization.RandomFeatures;

public sealed class RandomFeatureTests
{
    private static readonly double[] X = [.. Enumerable.Range(0, 80).Select(i => i / 80.0)];
    private static readonly double[] Y = [.. X.Select(x => Math.Sin(9 * x) + x)];

    [Theory]
    [InlineData(DomainKind.Box)]
    [InlineData(DomainKind.Ball)]
    [InlineData(DomainKind.Gaussian)]
    [InlineData(DomainKind.Centred)]
    public void First_units_are_the_same_for_every_larger_number_and_training_errors_fall(DomainKind kind)
    {
        var domain = new WeightDomain(kind, 6);
        var few = RandomUnits.Draw(domain, FeatureActivation.Tanh, 10, X, 1, 3);
        var many = RandomUnits.Draw(domain, FeatureActivation.Tanh, 25, X, 1, 3);
        double Residual(int n) => new RandomFeatureRegressor(new RandomFeatureOptions { Neurons = n, Domain = domain, Activation = FeatureActivation.Tanh, Seed = 3, Cutoff = 0 }).Fit(X, Y).ResidualNorm;

        Assert.Equal(few.Weights.ToArray(), many.Weights[..10].ToArray());
        Assert.Equal(few.Biases.ToArray(), many.Biases[..10].ToArray());
        Assert.True(Residual(8) <= Residual(4) + 1e-9);
        Assert.True(Residual(16) <= Residual(8) + 1e-9);
    }

    [Fact]
    public void Ranges_bound_the_weights_and_centred_units_turn_inside_the_data()
    {
        double[] x = [0, -1, 2, 5, 1, 1];                    // three rows of two
        var ball = RandomUnits.Draw(WeightDomain.Ball(3), FeatureActivation.Sine, 200, x, 2, 0);
        var centred = RandomUnits.Draw(WeightDomain.Centred(3), FeatureActivation.Sine, 200, [0.25, 0.75], 1, 0);

        for (var j = 0; j < 200; j++)
        {
            Assert.InRange(Math.Sqrt(Math.Pow(ball.Weights[2 * j], 2) + Math.Pow(ball.Weights[2 * j + 1], 2)), 0, 3);
            Assert.InRange(centred.Biases[j] / centred.Weights[j], 0.25 - 1e-12, 0.75 + 1e-12);
        }
        Assert.InRange(ball.MedianNorm, 1.5, 3);
    }

    [Fact]
    public void Range_has_no_effect_on_ReLU_units()
    {
        double[] Predicted(double range) => new RandomFeatureRegressor(new RandomFeatureOptions { Neurons = 40, Domain = WeightDomain.Box(range), Activation = FeatureActivation.Relu, Intercept = FeatureIntercept.None }).Fit(X, Y).Predict(X);

        GoldenJson.Close(Predicted(1), Predicted(64), 1e-6, "prediction");
    }

    [Fact]
    public void Low_pass_errors_and_floors_fall_with_the_range_and_budget() => Prop.ForAll(
        Gen.Choose(5, 200).Zip(Gen.Choose(1, 400)).ToArbitrary(), pair =>
        {
            var f = new GaussianMixture([(1, 0, pair.Item1 / 100.0), (-0.4, 0.7, 0.3)]);
            var range = pair.Item2 / 20.0;
            var error = Ridgelet.LowPassError(f, range);
            return error > 0 && error <= f.SquaredNorm && Ridgelet.LowPassError(f, 1.5 * range) <= error + 1e-12
                && Ridgelet.BudgetFloor(f, range, 10) <= Ridgelet.BudgetFloor(f, range, 1) + 1e-12 && Ridgelet.BudgetFloor(f, range, 0) <= Math.Sqrt(f.SquaredNorm) + 1e-4;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(8));

    [Fact]
    public void The_budget_for_an_error_gives_that_floor()
    {
        var f = new GaussianMixture([(0.2, 0.4, 0.07), (0.5, 0.5, 0.02)]);
        var error = 0.3 * Math.Sqrt(f.SquaredNorm);

        var budget = Ridgelet.BudgetFor(f, 10, error);

        Assert.Equal(error, Ridgelet.BudgetFloor(f, 10, budget), 1e-6);
    }

    [Fact]
    public void A_bounded_range_is_found_out_and_a_good_one_chosen()
    {
        double[] y = [.. X.Select(x => Math.Sin(40 * x))];
        var options = new BandwidthOptions { Network = new RandomFeatureOptions { Neurons = 40 }, Grid = [0.25, 1, 4, 16, 64, 1024], KernelDraws = 500 };

        var free = BandwidthAnalysis.SelectBandwidth(X, y, options, cancellation: TestContext.Current.CancellationToken);
        var small = BandwidthAnalysis.SelectBandwidth(X, y, options with { Fixed = 0.25 }, cancellation: TestContext.Current.CancellationToken);
        var large = BandwidthAnalysis.SelectBandwidth(X, y, options with { Fixed = 1024 }, cancellation: TestContext.Current.CancellationToken);

        Assert.InRange(free.Chosen.Range, 4, 64);
        Assert.Empty(free.Warnings);
        Assert.Equal([BandwidthWarning.UnderBandlimited], small.Warnings);
        Assert.Contains(BandwidthWarning.OverBandlimited, large.Warnings);
        Assert.True(free.Curve.First(point => point.Range == 0.25).Floor > free.Curve.First(point => point.Range == 16).Floor);
    }

    [Fact]
    public void Classes_are_learnt_from_one_hot_targets()
    {
        var random = RandomStream.For(1, "classes");
        var x = Enumerable.Range(0, 600).Select(_ => 2 * random.NextDouble() - 1).ToArray();
        var labels = Enumerable.Range(0, 300).Select(i => x[2 * i] * x[2 * i] + x[2 * i + 1] * x[2 * i + 1] < 0.5 ? 1 : 0).ToArray();

        var model = new RandomFeatureRegressor(new RandomFeatureOptions { Neurons = 80, Ridge = 1e-3 }).FitClasses(x, labels, 2);

        Assert.InRange(model.PredictClasses(x).Zip(labels).Count(pair => pair.First == pair.Second), 285, 300);
    }

    [Theory]
    [InlineData(FeatureActivation.Sigmoid)]
    [InlineData(FeatureActivation.Tanh)]
    [InlineData(FeatureActivation.Gaussian)]
    [InlineData(FeatureActivation.Sine)]
    [InlineData(FeatureActivation.Relu)]
    public void Exported_networks_predict_the_same_in_ONNX_Runtime(FeatureActivation activation)
    {
        using var folder = new TemporaryFolder();
        var model = new RandomFeatureRegressor(new RandomFeatureOptions { Neurons = 20, Activation = activation, Ridge = 0.01 }).Fit(X, Y);
        OnnxGraphWriter.Write(folder.File("net.onnx"), model.ToGraph());
        using var reference = OnnxReference.Open(folder.File("net.onnx"));

        foreach (var x in new[] { 0.1, 0.5, 0.93 })
            Assert.Equal(model.Predict([x])[0], reference.Run([(float)x])[0], 1e-4);
    }

    [Fact]
    public void Fits_leave_no_tensor_behind()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (var i = 0; i < 5; i++)
            new RandomFeatureRegressor(new RandomFeatureOptions { Neurons = 10 }).Fit(X, Y);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        var regressor = new RandomFeatureRegressor();
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomFeatureOptions { Neurons = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightDomain.Box(0));
        Assert.Throws<ArgumentException>(() => regressor.Fit([1], [1]));
        Assert.Contains("x holds", Assert.Throws<ArgumentException>(() => regressor.Fit([1, double.NaN], [1, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("y holds", Assert.Throws<ArgumentException>(() => regressor.Fit([1, 2], [1, double.PositiveInfinity])).Message, StringComparison.Ordinal);
        Assert.Contains("Relu", Assert.Throws<ArgumentException>(() => Ridgelet.BudgetFloor(new GaussianMixture([(1, 0, 1)]), 1, 1, FeatureActivation.Relu)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancellation_stops_the_choice() => Assert.ThrowsAny<OperationCanceledException>(() => BandwidthAnalysis.SelectBandwidth(X, Y, cancellation: new CancellationToken(true)));
}
