using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ballast.Learning.Metric;
using Ballast.Tests.Shared;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Metric;

public sealed partial class MetricGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Matching("threshold-consistency*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Losses_and_gradients_agree_with_the_reference(string path)
    {
        using var scope = NewDisposeScope();
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var (inputs, tolerance) = (document.RootElement.GetProperty("inputs"), document.RootElement.GetProperty("tolerance"));
        var labels = GoldenJson.Tensor(inputs.GetProperty("labels"), ScalarType.Int64);
        foreach (var expected in document.RootElement.GetProperty("expected").GetProperty("losses").EnumerateObject())
        {
            var embeddings = GoldenJson.Tensor(inputs.GetProperty("embeddings")).requires_grad_();

            var loss = Named(expected.Name, GoldenJson.Tensor(inputs.GetProperty("proxies"))).Forward(embeddings, labels);
            loss.backward();

            GoldenJson.Close(expected.Value.GetProperty("loss"), loss, tolerance.GetProperty("loss").GetDouble(), expected.Name);
            GoldenJson.Close(expected.Value.GetProperty("grad"), embeddings.grad!, tolerance.GetProperty("grad").GetDouble(), $"{expected.Name} gradient");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Single_precision_agrees_within_its_tolerance(string path)
    {
        using var scope = NewDisposeScope();
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var (inputs, tolerance) = (document.RootElement.GetProperty("inputs"), document.RootElement.GetProperty("tolerance").GetProperty("float32").GetDouble());
        var labels = GoldenJson.Tensor(inputs.GetProperty("labels"), ScalarType.Int64);
        foreach (var expected in document.RootElement.GetProperty("expected").GetProperty("losses").EnumerateObject())
        {
            var loss = Named(expected.Name, GoldenJson.Tensor(inputs.GetProperty("proxies"), ScalarType.Float32)).Forward(GoldenJson.Tensor(inputs.GetProperty("embeddings"), ScalarType.Float32), labels);

            GoldenJson.Close(expected.Value.GetProperty("loss"), loss, tolerance, expected.Name);
        }
    }

    /// <summary>The loss that a name such as <c>tcm_m0.8_0.3_l1_2</c> stands for.</summary>
    private static MetricLoss Named(string name, Tensor proxies)
    {
        double[] numbers = [.. Numbers().Matches(name).Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture))];
        return name switch
        {
            _ when name.StartsWith("tcm_", StringComparison.Ordinal) =>
                new ThresholdConsistentMargin(numbers[0], numbers[1], numbers.Length > 2 ? numbers[2] : 1, numbers.Length > 3 ? numbers[3] : 1),
            _ when name.StartsWith("contrastive", StringComparison.Ordinal) => new ContrastiveLoss(numbers[0], numbers[1]),
            _ when name.StartsWith("triplet", StringComparison.Ordinal) => new TripletLoss(numbers[0]),
            _ when name.StartsWith("multi_similarity", StringComparison.Ordinal) => new MultiSimilarityLoss(minerEpsilon: numbers.Length > 0 ? numbers[0] : null),
            _ when name.StartsWith("proxy_anchor", StringComparison.Ordinal) => new ProxyAnchorLoss(proxies, numbers[0], numbers[1]),
            _ when name.StartsWith("smooth_ap", StringComparison.Ordinal) => new SmoothApLoss(numbers[0]),
            _ when name.StartsWith("cosface", StringComparison.Ordinal) => new CosFaceLoss(proxies, numbers[0], numbers[1]),
            _ => throw new InvalidOperationException($"No loss is called '{name}'."),
        };
    }

    [GeneratedRegex(@"-?\d+(\.\d+)?(e-?\d+)?")]
    private static partial Regex Numbers();
}
