using System.Text.Json;
using Ballast.Exchange.Networks;
using Ballast.Robustness.Bounds;
using Ballast.Robustness.Tightness;
using Ballast.Tests.Shared;
using static TorchSharp.torch;

namespace Ballast.Tests.Robustness.Tightness;

/// <summary>Propagation tightness, its value at initialisation and propagation invariance against other code.</summary>
public sealed class TightnessGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Matching("ibp-tightness*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Tightness_is_the_golden_one(string file) => Each(file, "tightness", one =>
    {
        const double tolerance = 1e-6;
        var (inputs, expected) = (one.GetProperty("inputs"), one.GetProperty("expected"));
        using var network = BoundedNetwork.From(Graph(inputs));
        var (x, eps) = (GoldenJson.Tensor(inputs.GetProperty("x")), inputs.GetProperty("eps").GetDouble());
        var box = new InputBox((x - eps).clamp_min(0), (x + eps).clamp_max(1));
        var margins = Specification.Margins(GoldenJson.Ints(inputs.GetProperty("labels")), network.Outputs);

        var local = PropagationTightness.Local(network, x, box, margins);

        GoldenJson.Close(expected.GetProperty("local"), local.Ratio, tolerance, "local");
        GoldenJson.Close(expected.GetProperty("localOptimalRadius"), local.OptimalRadius, tolerance, "localOptimalRadius");
        GoldenJson.Close(expected.GetProperty("localLayerwiseRadius"), local.LayerwiseRadius, tolerance, "localLayerwiseRadius");
        GoldenJson.Close(expected.GetProperty("globalMargins"), PropagationTightness.Global(network, box, margins).Ratio, tolerance, "globalMargins");
        GoldenJson.Close(expected.GetProperty("globalLogits"), PropagationTightness.Global(network, box, Specification.Outputs(network.Outputs)).Ratio, tolerance, "globalLogits");
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Tightness_at_initialisation_is_the_golden_one(string file) => Each(file, "initializationTau", one =>
        Assert.Equal(one.GetProperty("tau").GetDouble(), InitialTightness.Of(one.GetProperty("width").GetInt32()), 1e-10 * one.GetProperty("tau").GetDouble()));

    [Theory]
    [MemberData(nameof(Files))]
    public void Propagation_invariance_is_told_as_in_the_golden_file(string file) => Each(file, "propagationInvariance", one =>
    {
        Tensor[] weights = [.. one.GetProperty("weights").EnumerateArray().Select(weight => GoldenJson.Tensor(weight))];
        var invariant = one.GetProperty("invariant").GetBoolean();

        Assert.Equal(invariant, PropagationInvariance.Holds(weights));
        if (weights.Length == 2)
            Assert.Equal(invariant, PropagationInvariance.Witness(weights[0], weights[1]) is null);
    });

    private static void Each(string file, string group, Action<JsonElement> check)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        if (!document.RootElement.TryGetProperty(group, out var cases))
            return;
        foreach (var one in cases.EnumerateArray())
        {
            using var scope = NewDisposeScope();
            check(one);
        }
    }

    private static NetworkGraph Graph(JsonElement inputs)
    {
        var graph = new NetworkGraphBuilder();
        var layers = inputs.GetProperty("weights").EnumerateArray().Zip(inputs.GetProperty("biases").EnumerateArray()).ToArray();
        var x = graph.Input("x", [layers[0].First[0].GetArrayLength()]);
        foreach (var (i, (weight, bias)) in layers.Index())
        {
            GraphTensor Values(string name, JsonElement array, params int[] shape) => new($"{name}{i}", Extents.Of(shape), GoldenJson.Doubles(array).Select(value => (float)value).ToArray());
            x = graph.Linear($"fc{i}", x, Values("w", weight, weight.GetArrayLength(), weight[0].GetArrayLength()), Values("b", bias, bias.GetArrayLength()));
            if (i < layers.Length - 1)
                x = graph.Relu(x);
        }
        graph.Output("y", x);
        return graph.Build();
    }
}
