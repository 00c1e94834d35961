using System.Text.Json;
using Ballast.Generalization.Collapse;
using Ballast.Tests.Shared;
using static TorchSharp.torch;

namespace Ballast.Tests.Generalization.Collapse;

public sealed class CollapseGoldenTests
{
    public static TheoryData<string> Predictions => GoldenFiles.Matching("neural-collapse-predict*.json");

    public static TheoryData<string> Metrics => GoldenFiles.Matching("neural-collapse-metrics*.json");

    [Theory]
    [MemberData(nameof(Predictions))]
    public void Predictions_equal_the_reference(string path)
    {
        var root = Root(path);
        foreach (var (input, expected) in root.GetProperty("inputs").EnumerateArray().Zip(root.GetProperty("expected").EnumerateArray()))
        {
            var prediction = NeuralCollapse.Predict(Ints(input.GetProperty("counts")), Doubles(input.GetProperty("lambda_w")), input.GetProperty("lambda_h").GetDouble());

            Near(expected.GetProperty("threshold").GetDouble(), prediction.Threshold);
            Near(expected.GetProperty("loss").GetDouble(), prediction.OptimalLoss);
            Assert.Equal(expected.GetProperty("collapsed").EnumerateArray().Select(item => item.GetBoolean()), prediction.Classes.Select(k => k.Collapsed));
            All(expected, "pressure", k => k.Pressure);
            All(expected, "x", k => k.Mode!.Value);
            All(expected, "classifier_sq_norm", k => k.ClassifierSquaredNorm!.Value);
            All(expected, "feature_sq_norm", k => k.FeatureSquaredNorm!.Value);
            All(expected, "diagonal_logit", k => k.DiagonalLogit!.Value);

            void All(JsonElement wanted, string key, Func<ClassPrediction, double> actual) =>
                Assert.All(Doubles(wanted.GetProperty(key)).Zip(prediction.Classes), pair => Near(pair.First, actual(pair.Second)));
        }

        static void Near(double wanted, double actual) => Assert.Equal(wanted, actual, 1e-9 * Math.Abs(wanted) + 1e-12);
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Metrics_equal_the_reference_from_arrays_and_from_tensors(string path)
    {
        using var scope = NewDisposeScope();
        var (inputs, expected) = (Root(path).GetProperty("inputs"), Root(path).GetProperty("expected"));
        var (features, weight, labels) = (Rows(inputs.GetProperty("features")), Rows(inputs.GetProperty("W")), Ints(inputs.GetProperty("labels")));
        var bias = inputs.TryGetProperty("bias", out var given) ? Doubles(given) : null;
        var center = Enum.Parse<GlobalMean>(inputs.GetProperty("global_mean").GetString()!);
        var gof = NeuralCollapse.Predict(Ints(inputs.GetProperty("gof_counts")), Doubles(inputs.GetProperty("gof_lambda_w")), inputs.GetProperty("gof_lambda_h").GetDouble());

        foreach (var (name, target) in new[] { ("etf", CollapseTarget.Etf), ("of", CollapseTarget.Of), ("gof", CollapseTarget.Gof(gof)) })
        {
            var plain = NeuralCollapse.Measure(Flat(features), labels, new LinearLayer(Flat(weight), weight.Length, bias), target, center);
            var torch = NeuralCollapse.Measure(
                tensor(Flat(features)).reshape(features.Length, -1), tensor(labels).to(int64), tensor(Flat(weight)).reshape(weight.Length, -1),
                bias is null ? null : tensor(bias), target, center);

            foreach (var report in new[] { plain, torch })
            {
                Near(expected.GetProperty("nc1"), report.Nc1);
                Near(expected.GetProperty($"nc2_{name}"), report.Nc2);
                Near(expected.GetProperty($"nc2h_{name}"), report.Nc2H);
                Near(expected.GetProperty($"nc3_{name}"), report.Nc3);
                Near(expected.GetProperty("nc4_agreement"), report.Nc4);
                Assert.All(expected.GetProperty("alignment").EnumerateArray().Zip(report.Alignment), pair => Near(pair.First, pair.Second));
            }
        }

        static void Near(JsonElement wanted, double? actual)
        {
            if (wanted.ValueKind == JsonValueKind.Null)
                Assert.Null(actual);
            else
                Assert.Equal(wanted.GetDouble(), actual!.Value, 1e-8);
        }
    }

    private static JsonElement Root(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.Clone();
    }

    private static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetInt32())];

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];

    private static double[][] Rows(JsonElement array) => [.. array.EnumerateArray().Select(Doubles)];

    private static double[] Flat(double[][] rows) => [.. rows.SelectMany(row => row)];
}
