using System.Text.Json;
using Ballast.Evaluation.Metrics;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Evaluation.Metrics;

public sealed class GoldenMetricsTests
{
    private const double Tolerance = 1e-10;

    public static TheoryData<string> Files => GoldenFiles.Matching("imbalanced-metrics*.json");

    private static IEnumerable<(JsonElement Input, JsonElement Expected)> Cases(string path, string list)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var root = document.RootElement.Clone();
        if (!root.GetProperty("inputs").TryGetProperty(list, out var inputs))
            return [];
        return inputs.EnumerateArray().Zip(root.GetProperty("expected").GetProperty(list).EnumerateArray());
    }

    private static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetInt32())];

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];

    [Theory]
    [MemberData(nameof(Files))]
    public void Binary_metrics_equal_the_reference(string path)
    {
        foreach (var (input, expected) in Cases(path, "binary"))
        {
            var report = BinaryMetrics.FromScores(Ints(input.GetProperty("y")), Doubles(input.GetProperty("score")), input.GetProperty("threshold").GetDouble());

            foreach (var item in expected.EnumerateObject())
            {
                double? actual = item.Name switch
                {
                    "tp" => report.Metrics.Counts.TruePositives,
                    "fp" => report.Metrics.Counts.FalsePositives,
                    "fn" => report.Metrics.Counts.FalseNegatives,
                    "tn" => report.Metrics.Counts.TrueNegatives,
                    _ when BinaryMetricNames.Parse(item.Name) is { } metric => report.Metrics[metric],
                    _ => report[RankingMetricNames.All.Single(metric => metric.Key() == item.Name)]?.Value,
                };
                if (item.Value.ValueKind == JsonValueKind.Null)
                    Assert.Contains(item.Name, report.Undefined);
                else
                    Assert.Equal(item.Value.GetDouble(), actual!.Value, Tolerance);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Multiclass_metrics_equal_the_reference(string path)
    {
        foreach (var (input, expected) in Cases(path, "multiclass"))
        {
            var classes = input.GetProperty("classes").GetInt32();
            var metrics = MulticlassMetrics.From(Ints(input.GetProperty("y")), Ints(input.GetProperty("predicted")), classes);

            foreach (var item in expected.EnumerateObject())
                switch (item.Name)
                {
                    case "confusion":
                        Assert.Equal(
                            item.Value.EnumerateArray().SelectMany(Ints),
                            Enumerable.Range(0, classes * classes).Select(cell => metrics.Confusion(cell / classes, cell % classes)));
                        break;
                    case "recall" or "precision" or "f1":
                        Func<int, double> ofClass = item.Name switch { "recall" => metrics.Recall, "precision" => metrics.Precision, _ => metrics.F1 };
                        Assert.All(Doubles(item.Value), (value, k) => Assert.Equal(value, ofClass(k), Tolerance));
                        break;
                    case "gmean_correction_0.001":
                        Assert.Equal(item.Value.GetDouble(), metrics.GMean(0.001), Tolerance);
                        break;
                    default:
                        Assert.Equal(item.Value.GetDouble(), metrics[MulticlassMetricNames.All.Single(metric => metric.Key() == item.Name)], Tolerance);
                        break;
                }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Metrics_under_annotation_noise_equal_the_reference(string path)
    {
        foreach (var (input, expected) in Cases(path, "noise_model"))
        {
            double In(string name) => input.GetProperty(name).GetDouble();
            var shares = AnnotationNoise.Apply(In("pi"), In("t"), In("f"), In("a"), In("b"));
            var metrics = BinaryMetrics.From(shares);

            foreach (var item in expected.EnumerateObject())
            {
                var actual = item.Name switch
                {
                    "tp" => shares.TruePositives,
                    "fp" => shares.FalsePositives,
                    "fn" => shares.FalseNegatives,
                    "tn" => shares.TrueNegatives,
                    "observed_prevalence" => AnnotationNoise.ObservedPrevalence(In("pi"), In("a"), In("b")),
                    _ => metrics[BinaryMetricNames.Parse(item.Name)!.Value],
                };
                Assert.Equal(item.Value.GetDouble(), actual, Tolerance);
            }
        }
    }
}
