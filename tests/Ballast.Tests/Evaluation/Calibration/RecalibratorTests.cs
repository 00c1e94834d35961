using System.Text.Json;
using Ballast.Core;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Calibration.Curves;
using Ballast.Evaluation.Calibration.ErrorBound;
using Ballast.Evaluation.Calibration.Scaling;

namespace Ballast.Tests.Evaluation.Calibration;

public sealed class RecalibratorTests
{
    /// <summary>Rows whose labels follow p, predicted as softmax(sharpness log p): overconfident where sharpness is above 1.</summary>
    internal static (Predictions Predictions, int[] Labels) Distorted(int rows, int classes, double sharpness, int seed)
    {
        var random = RandomStream.For(seed, "distorted");
        var values = new double[rows * classes];
        var labels = new int[rows];
        for (var i = 0; i < rows; i++)
        {
            var logits = Enumerable.Range(0, classes).Select(_ => 1.5 * random.NextGaussian()).ToArray();
            var p = logits.Select(Math.Exp).ToArray();
            var u = random.NextDouble() * p.Sum();
            while (labels[i] < classes - 1 && (u -= p[labels[i]]) > 0)
                labels[i]++;
            var q = logits.Select(z => Math.Exp(sharpness * z)).ToArray();
            for (var k = 0; k < classes; k++)
                values[i * classes + k] = q[k] / q.Sum();
        }
        return (new Predictions(values, classes), labels);
    }

    public static TheoryData<string> All => [.. RecalibratorCandidates.Keys];

    // Long trainings are for the reproduction: fifty steps must do to improve on the start.
    private static IRecalibrator Make(string key, int classes) => key switch
    {
        "h-calibration" => new HCalibration(new() { Steps = 50 }),
        "h-calibration-ensemble" => new HCalibration(new() { Steps = 50, Map = new HCalibrationMap.TemperatureEnsemble(4) }),
        "h-calibration-network" => new HCalibration(new() { Steps = 50, Map = new HCalibrationMap.MonotoneNetwork(4) }),
        _ => RecalibratorCandidates.Make(key, classes),
    };

    [Theory]
    [MemberData(nameof(All))]
    public void Fresh_rows_are_better_calibrated_after_than_before(string key)
    {
        foreach (var classes in new[] { 2, 4 })
        {
            var (fit, fitLabels) = Distorted(6000, classes, 2.5, seed: 1);
            var (test, testLabels) = Distorted(6000, classes, 2.5, seed: 2);

            var mended = Make(key, classes).Fit(fit, fitLabels).Apply(test);

            var (before, after) = (CalibrationError.TopLabel(test, testLabels), CalibrationError.TopLabel(mended, testLabels));
            Assert.True(after < before / 3, $"{classes} classes: {before} before, {after} after");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_fitted_map_survives_json(string key)
    {
        foreach (var classes in new[] { 2, 3 })
        {
            var (predictions, labels) = Distorted(300, classes, 2, seed: 3);
            var map = Make(key, classes).Fit(predictions, labels);

            var copy = JsonSerializer.Deserialize<ITrainedRecalibrator>(JsonSerializer.Serialize(map))!;

            Assert.Equal(map.Apply(predictions).Values.ToArray(), copy.Apply(predictions).Values.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fits_cope_with_few_rows_one_class_and_certain_predictions(string key)
    {
        var certain = new Predictions([1, 0, 0, 1, 1, 0, 0, 1], 2);
        var recalibrator = Make(key, 2);

        foreach (var labels in new[] { new[] { 0, 1, 0, 1 }, [0, 0, 0, 0], [1, 0, 1, 0] })
            Assert.Equal(4, recalibrator.Fit(certain, labels).Apply(certain).Count);
        Assert.Throws<ArgumentException>(() => recalibrator.Fit(certain, [0, 1]));
        Assert.Throws<ArgumentException>(() => recalibrator.Fit(certain, [0, 1, 2, 0]));
        Assert.Throws<ArgumentException>(() => recalibrator.Fit(new Predictions([], 2), []));
    }

    [Fact]
    public void Maps_that_know_their_classes_refuse_others()
    {
        var (two, three) = (new Predictions([1, 0, 0, 1, 1, 0], 2), new Predictions([1, 0, 0], 3));

        Assert.Throws<ArgumentException>(() => new PlattScaling().Fit(two, [0, 1, 0]).Apply(three));
        Assert.Throws<ArgumentException>(() => new IsotonicRecalibration().Fit(two, [0, 1, 0]).Apply(three));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2.5)]
    public void Temperature_scaling_finds_the_temperature_that_distorted(double sharpness)
    {
        var (predictions, labels) = Distorted(40_000, 3, sharpness, seed: 4);

        var map = (TemperatureMap)new TemperatureScaling().Fit(predictions, labels);

        Assert.Equal(sharpness, map.Temperature, 0.04 * sharpness);
    }

    [Fact]
    public void Temperature_scaling_sits_at_the_minimum_and_never_changes_the_decision()
    {
        var (predictions, labels) = Distorted(500, 4, 3, seed: 5);
        double Loss(double temperature)
        {
            var scaled = new TemperatureMap(temperature).Apply(predictions);
            return labels.Select((y, i) => -Math.Log(scaled[i, y])).Average();
        }

        var best = ((TemperatureMap)new TemperatureScaling().Fit(predictions, labels)).Temperature;

        Assert.True(Loss(best) <= Math.Min(Loss(best * 1.001), Loss(best / 1.001)));
        Assert.Equal(predictions.PredictedClasses(), new TemperatureMap(best).Apply(predictions).PredictedClasses());
    }

    [Fact]
    public void Isotonic_regression_equals_the_naive_minimax_formula()
    {
        var random = RandomStream.For(6, "isotonic");
        var x = Enumerable.Range(0, 60).Select(_ => random.Next(25) / 25.0).ToArray();
        var y = x.Select(place => random.NextDouble() < place ? 1.0 : 0.0).ToArray();
        // g(v) = max over a <= v of min over b >= v of the mean of y on [a, b]
        double Naive(double v) => x.Where(a => a <= v).Max(a => x.Where(b => b >= v).Min(b => y.Where((_, i) => x[i] >= a && x[i] <= b).Average()));
        var places = x.Distinct().ToArray();
        var probes = new Predictions([.. places.SelectMany(p => new[] { 1 - p, p })], 2);

        var map = new IsotonicRecalibration().Fit(new Predictions([.. x.SelectMany(p => new[] { 1 - p, p })], 2), [.. y.Select(value => (int)value)]);

        var fitted = map.Apply(probes).Column(1);
        for (var i = 0; i < places.Length; i++)
            Assert.Equal(Naive(places[i]), fitted[i], 12);
    }

    [Fact]
    public void Platt_scaling_reaches_the_stationary_point_of_its_targets()
    {
        var (predictions, labels) = Distorted(800, 2, 2, seed: 7);

        var mended = new PlattScaling().Fit(predictions, labels).Apply(predictions).Column(1);

        var positives = labels.Sum();
        var targets = labels.Select(y => y == 1 ? (positives + 1.0) / (positives + 2) : 1 / (labels.Length - positives + 2.0)).ToArray();
        var residuals = mended.Zip(targets, (p, t) => p - t).ToArray();
        Assert.Equal(0, residuals.Average(), 1e-8);
        Assert.Equal(0, residuals.Select((r, i) => r * Math.Log(predictions[i, 1] / predictions[i, 0])).Average(), 1e-8);
    }

    [Theory]
    [InlineData("temperature")]
    [InlineData("ensemble-temperature")]
    [InlineData("h-calibration")]
    [InlineData("h-calibration-ensemble")]
    [InlineData("h-calibration-network")]
    [InlineData("isotonic-top")]
    [InlineData("histogram-top")]
    [InlineData("bbq")]
    [InlineData("spline")]
    public void Maps_that_keep_order_never_change_the_predicted_class(string key)
    {
        var (fit, labels) = Distorted(600, 4, 3, seed: 8);
        var (test, _) = Distorted(2000, 4, 6, seed: 9);

        Assert.Equal(test.PredictedClasses(), Make(key, 4).Fit(fit, labels).Apply(test).PredictedClasses());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_same_seed_gives_the_same_map(string key)
    {
        var (predictions, labels) = Distorted(400, 3, 2, seed: 10);

        Assert.Equal(Make(key, 3).Fit(predictions, labels).Apply(predictions).Values.ToArray(), Make(key, 3).Fit(predictions, labels).Apply(predictions).Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_class_without_examples_is_no_obstacle(string key)
    {
        var (predictions, labels) = Distorted(200, 3, 2, seed: 11);
        int[] withoutLast = [.. labels.Select(label => label % 2)];

        var mended = Make(key, 3).Fit(predictions, withoutLast).Apply(predictions);

        Assert.All(Enumerable.Range(0, 200), i => Assert.Equal(1, mended.Row(i).ToArray().Sum(), 1e-9));
    }

    [Fact]
    public void Affine_maps_are_the_weights_they_give_for_export()
    {
        var (predictions, labels) = Distorted(500, 3, 2, seed: 12);
        foreach (var key in new[] { "temperature", "vector", "matrix", "dirichlet" })
        {
            var map = Make(key, 3).Fit(predictions, labels);
            var affine = AffineLogits.Of(map, 3)!;
            var input = Logits.From(predictions).Normalised().Values.ToArray();
            var logits = new double[input.Length];
            for (var i = 0; i < predictions.Count; i++)
                for (var k = 0; k < 3; k++)
                    logits[3 * i + k] = affine.Bias[k] + Enumerable.Range(0, 3).Sum(j => affine.Weights[3 * k + j] * input[3 * i + j]);

            var (expected, actual) = (map.Apply(predictions).Values.ToArray(), new Logits(logits, 3).ToPredictions().Values.ToArray());

            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        }
        Assert.Null(AffineLogits.Of(Make("beta", 3).Fit(predictions, labels), 3));
    }

    [Fact]
    public void Beta_calibration_never_falls()
    {
        var (predictions, labels) = Distorted(500, 2, 2, seed: 13);
        bool[] reversed = [.. labels.Select(label => label == 0)];

        foreach (var hits in new[] { reversed, [.. labels.Select(label => label == 1)] })
        {
            var curve = (BetaCurve)new BetaCalibration().FitCurve(predictions.Column(1), hits);
            Assert.True(curve.A >= 0 && curve.B >= 0);
        }
    }

    [Fact]
    public void Bayesian_binning_averages_the_binnings_as_the_formula_says()
    {
        double[] confidences = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
        bool[] hits = [false, false, true, false, true, false, true, true, true, true];
        // n = 10: one bin or two, cut between the fifth and the sixth row, at 0.55.
        double Score(params (int Rows, int Hits, double Middle)[] bins) => bins.Sum(bin =>
            G(2) - G(bin.Rows + 2) + G(bin.Hits + 2 * bin.Middle) - G(2 * bin.Middle) + G(bin.Rows - bin.Hits + 2 * (1 - bin.Middle)) - G(2 * (1 - bin.Middle)));
        static double G(double x) => MathNet.Numerics.SpecialFunctions.GammaLn(x);
        var (one, two) = (Math.Exp(Score((10, 6, 0.5))), Math.Exp(Score((5, 2, 0.275), (5, 4, 0.775))));

        var curve = new BayesianBinning().FitCurve(confidences, hits);

        Assert.Equal((one * 7 / 12 + two * (2 + 0.55) / 7) / (one + two), new BayesianBinning().FitCurve([.. confidences], hits).At(0.25), 1e-12);
        Assert.Equal((one * 7 / 12 + two * (4 + 1.55) / 7) / (one + two), curve.At(0.9), 1e-12);
    }

    [Fact]
    public void A_top_label_that_cannot_get_its_value_keeps_its_place_and_is_counted()
    {
        var map = new TopLabelMap(new StepCurve([], [0.1]));
        var predictions = new Predictions([0.6, 0.3, 0.1, 0.2, 0.1, 0.7, 1, 0, 0], 3);

        var mended = map.Apply(predictions);

        Assert.Equal(predictions.PredictedClasses(), mended.PredictedClasses());
        Assert.Equal(3, map.CountRaised(predictions));
        Assert.Equal(3, mended[0, 1] / mended[0, 2], 1e-9);
    }

    [Fact]
    public void Logits_that_are_not_finite_are_refused_with_their_row()
    {
        Assert.Contains("Row 2", Assert.Throws<ArgumentException>(() => new Logits([0, 1, double.NaN, 1], 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Logits([0, 1, 2], 2));
    }

    [Fact]
    public void Saturated_logits_keep_what_their_softmax_loses()
    {
        var logits = new Logits([1000, 0, 0, 2000], 2).Normalised().Values.ToArray();

        Assert.Equal([0, -1000, -2000, 0], logits);
    }

    [Fact]
    public void Vector_and_matrix_scaling_on_logits_as_given_see_their_level()
    {
        var (predictions, labels) = Distorted(300, 3, 2, seed: 14);
        var raised = new Logits([.. Logits.From(predictions).Values.ToArray().Select((z, i) => z + i / 3 % 5)], 3);

        var given = (MatrixMap)new MatrixScaling(LogitInput.AsGiven).Fit(raised, labels);
        var normalised = (MatrixMap)new MatrixScaling(LogitInput.LogProbabilities).Fit(raised, labels);

        Assert.False(given.OnLogProbabilities);
        Assert.True(normalised.OnLogProbabilities);
        Assert.All(normalised.Apply(raised).Values.ToArray().Zip(normalised.Apply(raised.Normalised()).Values.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }
}
