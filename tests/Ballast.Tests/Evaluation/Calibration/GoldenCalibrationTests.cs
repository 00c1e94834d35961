using System.Text.Json;
using Ballast.Core;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Calibration.Curves;
using Ballast.Evaluation.Calibration.ErrorBound;
using Ballast.Evaluation.Calibration.Measures;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Evaluation.Calibration;

/// <summary>The authors' code, scikit-learn and NumPy on the same logits. Keys a file does not have are not asked of it.</summary>
public sealed class GoldenCalibrationTests
{
    public static TheoryData<string> Files => GoldenFiles.Matching("h-calibration*.json");

    private sealed record Case(Logits Logits, Predictions Predictions, int[] Labels, JsonElement Inputs, JsonElement Expected, JsonElement Tolerance)
    {
        public double Allowed(string name, double otherwise) => Tolerance.TryGetProperty(name, out var value) ? value.GetDouble() : otherwise;
    }

    private static Case Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var root = document.RootElement.Clone();
        var inputs = root.GetProperty("inputs");
        var rows = inputs.GetProperty("logits").EnumerateArray().Select(Doubles).ToArray();
        var logits = new Logits([.. rows.SelectMany(row => row)], rows[0].Length);
        return new Case(logits, logits.ToPredictions(), [.. inputs.GetProperty("labels").EnumerateArray().Select(label => label.GetInt32())], inputs, root.GetProperty("expected"), root.GetProperty("tolerance"));
    }

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];

    private static double[] Flat(JsonElement rows) => [.. rows.EnumerateArray().SelectMany(Doubles)];

    private static void Near(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Centroids_equal_the_reference(string path)
    {
        var golden = Read(path);
        if (!golden.Inputs.TryGetProperty("kmeans_centroids", out var expected))
            return;
        var sorted = golden.Predictions.Values.ToArray();
        Array.Sort(sorted);

        Near(Doubles(expected), OneDimensionalKMeans.Centroids(sorted), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Objective_and_gradient_equal_the_authors_code(string path)
    {
        var golden = Read(path);
        if (!golden.Expected.TryGetProperty("objective", out var objective))
            return;
        var window = golden.Inputs.GetProperty("window").GetInt32();
        var centroids = golden.Inputs.TryGetProperty("kmeans_centroids", out var given) ? Doubles(given) : null;
        foreach (var item in objective.EnumerateObject())
        {
            var options = new ErrorBoundOptions
            {
                Window = window,
                Epsilon = item.Name.Split("_epsilon_") is [_, var epsilon] ? double.Parse(epsilon) : 1e-20,
                Aggregation = item.Name.StartsWith("unweighted", StringComparison.Ordinal) ? EventAggregation.Unweighted : EventAggregation.Clusters,
                LeftOut = item.Name.Contains("leave_one_class_out", StringComparison.Ordinal) ? ClassesLeftOut.EachInTurn : ClassesLeftOut.None,
            };
            var gradient = new double[golden.Predictions.Values.Length];
            var expected = item.Value.ValueKind == JsonValueKind.Object ? item.Value.GetProperty("value").GetDouble() : item.Value.GetDouble();

            var value = new ErrorBoundObjective(golden.Labels, golden.Predictions.Classes, options, centroids).Evaluate(golden.Predictions.Values, gradient);

            var relative = golden.Allowed("objective_rel", 1e-5);
            Assert.Equal(expected, value, relative * expected);
            if (item.Value.ValueKind != JsonValueKind.Object || !item.Value.TryGetProperty("grad_first_rows", out var firstRows))
                continue;
            Near(Flat(firstRows), gradient, golden.Allowed("objective_grad_abs", 1e-8));
            var sum = item.Value.GetProperty("grad_abs_sum").GetDouble();
            Assert.Equal(sum, gradient.Sum(Math.Abs), relative * sum);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Metrics_equal_the_references(string path)
    {
        var golden = Read(path);
        if (!golden.Expected.TryGetProperty("metrics", out var metrics))
            return;
        var (predictions, labels) = (golden.Predictions, golden.Labels);
        var runs = TopLabelErrors.Runs(predictions, labels);
        var report = CalibrationReport.Compute(predictions, labels, new() { Draws = 2 });
        foreach (var item in metrics.EnumerateObject())
        {
            var actual = item.Name switch
            {
                "ECE_equal_width_15" => report[CalibrationMetric.EqualWidthError].Value,
                "ECE_equal_mass_15" => report[CalibrationMetric.EqualMassError].Value,
                "classwise_ECE_mean_15" => report[CalibrationMetric.ClasswiseError].Value,
                "classwise_ECE_sum_14" => predictions.Classes * CalibrationError.Classwise(predictions, labels, 14),
                "KS" => report[CalibrationMetric.KolmogorovSmirnov].Value,
                "MMCE" => report[CalibrationMetric.MaximumMeanError].Value,
                "NLL" => report[CalibrationMetric.LogLoss].Value,
                "Brier_sum" => report[CalibrationMetric.Brier].Value,
                "accuracy" => report[CalibrationMetric.Accuracy].Value,
                "ECE_sweep" => report[CalibrationMetric.SweepError].Value,
                "top_plugin_L1_equal_mass_split_15" => runs.L1,
                "top_debiased_L1_equal_mass_15" or "top_debiased_L1_equal_mass_15_reference_code" => report[CalibrationMetric.DebiasedError].Value,
                "top_plugin_L2_equal_mass_15" => runs.L2,
                "top_debiased_L2_equal_mass_15" => report[CalibrationMetric.DebiasedRootMeanSquareError].Value,
                "SKCE_unbiased_exponential_kernel" => report[CalibrationMetric.KernelError].Value,
                "SKCE_biased_exponential_kernel" => KernelCalibrationError.Biased(predictions, labels),
                _ => throw new InvalidDataException($"The metric {item.Name} is not known."),
            };
            // The authors' equal-mass bins lose the smallest confidence.
            var tolerance = item.Name == "ECE_equal_mass_15" ? 2.0 / labels.Length : golden.Allowed("metrics_abs", 1e-6);
            Assert.True(Math.Abs(item.Value.GetDouble() - actual) <= tolerance, $"{item.Name}: expected {item.Value.GetDouble()}, was {actual}");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Maps_equal_the_references(string path)
    {
        var golden = Read(path);
        var tolerance = golden.Allowed("maps_abs", 1e-4);
        if (golden.Expected.TryGetProperty("piecewise_linear_map", out var piecewise))
        {
            var map = new PiecewiseLinearMap(Doubles(piecewise.GetProperty("knots_lo")), Doubles(piecewise.GetProperty("slopes")));
            Near(Flat(piecewise.GetProperty("mapped_log_values_first_rows")), map.MapLogits(golden.Logits).Values, tolerance);
            Near(Flat(piecewise.GetProperty("probabilities_first_rows")), map.Apply(golden.Logits).Values, tolerance);
        }
        if (golden.Expected.TryGetProperty("ensemble_temperature_map", out var ensemble))
        {
            var map = new TemperatureEnsembleMap(Doubles(ensemble.GetProperty("inverse_temperatures")), Doubles(ensemble.GetProperty("weights")));
            Near(Flat(ensemble.GetProperty("probabilities_first_rows")), map.Apply(golden.Logits).Values, tolerance);
        }
        foreach (var item in golden.Expected.EnumerateObject().Where(item => item.Name.StartsWith("clenshaw_curtis_", StringComparison.Ordinal)))
        {
            var (nodes, weights) = ClenshawCurtis.Rule(int.Parse(item.Name["clenshaw_curtis_".Length..]));
            Near(Doubles(item.Value.GetProperty("nodes")), nodes, tolerance);
            Near(Doubles(item.Value.GetProperty("weights")), weights, tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Baselines_equal_the_references(string path)
    {
        var golden = Read(path);
        if (golden.Expected.TryGetProperty("temperature_scaling", out var scaling))
        {
            var map = (TemperatureMap)new TemperatureScaling().Fit(golden.Logits, golden.Labels);
            Assert.Equal(scaling.GetProperty("temperature").GetDouble(), map.Temperature, golden.Allowed("temperature_abs", 1e-4));
            var mended = map.Apply(golden.Logits);
            Assert.Equal(scaling.GetProperty("nll").GetDouble(), golden.Labels.Select((label, i) => -Math.Log(mended[i, label])).Average(), 1e-6);
        }
        if (golden.Expected.TryGetProperty("isotonic_top_label", out var isotonic))
        {
            var curve = ((TopLabelMap)new IsotonicRecalibration(RecalibrationScope.TopLabel).Fit(golden.Predictions, golden.Labels)).Curve;
            Near(Doubles(isotonic.GetProperty("value")), [.. Doubles(isotonic.GetProperty("query")).Select(curve.At)], golden.Allowed("isotonic_abs", 1e-6));
        }
        foreach (var item in golden.Expected.EnumerateObject().Where(item => item.Name.StartsWith("histogram_binning_top_label_", StringComparison.Ordinal)))
        {
            var bins = int.Parse(item.Name["histogram_binning_top_label_".Length..]);
            var curve = (StepCurve)((TopLabelMap)new HistogramBinning(RecalibrationScope.TopLabel, BinPlacement.EqualWidth, bins).Fit(golden.Predictions, golden.Labels)).Curve;
            foreach (var (b, rate) in item.Value.EnumerateArray().Index())
                Assert.Equal(rate.ValueKind == JsonValueKind.Null ? (b + 0.5) / bins : rate.GetDouble(), curve.Heights[b], 1e-6);
        }
    }
}
