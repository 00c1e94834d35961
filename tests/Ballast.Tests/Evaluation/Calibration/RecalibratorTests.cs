using System.Text.Json;
using Ballast.Core;
using Ballast.Evaluation.Calibration;

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

    public static TheoryData<IRecalibrator> All => [new TemperatureScaling(), new PlattScaling(), new IsotonicRecalibration()];

    [Theory]
    [MemberData(nameof(All))]
    public void Fresh_rows_are_better_calibrated_after_than_before(IRecalibrator recalibrator)
    {
        foreach (var classes in new[] { 2, 4 })
        {
            var (fit, fitLabels) = Distorted(6000, classes, 2.5, seed: 1);
            var (test, testLabels) = Distorted(6000, classes, 2.5, seed: 2);

            var mended = recalibrator.Fit(fit, fitLabels).Apply(test);

            var (before, after) = (CalibrationError.TopLabel(test, testLabels), CalibrationError.TopLabel(mended, testLabels));
            Assert.True(after < before / 3, $"{classes} classes: {before} before, {after} after");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_fitted_map_survives_json(IRecalibrator recalibrator)
    {
        foreach (var classes in new[] { 2, 3 })
        {
            var (predictions, labels) = Distorted(300, classes, 2, seed: 3);
            var map = recalibrator.Fit(predictions, labels);

            var copy = JsonSerializer.Deserialize<ITrainedRecalibrator>(JsonSerializer.Serialize(map))!;

            Assert.Equal(map.Apply(predictions).Values.ToArray(), copy.Apply(predictions).Values.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fits_cope_with_few_rows_one_class_and_certain_predictions(IRecalibrator recalibrator)
    {
        var certain = new Predictions([1, 0, 0, 1, 1, 0], 2);

        foreach (var labels in new[] { new[] { 0, 1, 0 }, [0, 0, 0], [1, 0, 1] })
            Assert.Equal(3, recalibrator.Fit(certain, labels).Apply(certain).Count);
        Assert.Throws<ArgumentException>(() => recalibrator.Fit(certain, [0, 1]));
        Assert.Throws<ArgumentException>(() => recalibrator.Fit(certain, [0, 1, 2]));
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
}
