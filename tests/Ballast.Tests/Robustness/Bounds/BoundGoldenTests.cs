using System.Text.Json;
using Ballast.Exchange.Networks;
using Ballast.Robustness.Bounds;
using Ballast.Tests.Shared;
using static TorchSharp.torch;

namespace Ballast.Tests.Robustness.Bounds;

/// <summary>Bounds of small networks of every kind against an independent library.</summary>
public sealed class BoundGoldenTests
{
    private const double Tolerance = 1e-5;

    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var row in GoldenFiles.Matching("ibp-tightness*.json"))
            {
                using var file = JsonDocument.Parse(File.ReadAllText(row.Data));
                if (file.RootElement.TryGetProperty("cases", out var cases))
                    foreach (var one in cases.EnumerateArray())
                        data.Add(row.Data, one.GetProperty("name").GetString()!);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outputs_are_those_of_the_golden_network(string file, string name)
    {
        using var scope = NewDisposeScope();
        var golden = Case(file, name);

        var scores = golden.Network.Forward(golden.Points);

        GoldenJson.Close(golden.Expected.GetProperty("logits"), scores, Tolerance, "logits");
        golden.Network.Dispose();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Intervals_of_neurons_are_the_golden_ones(string file, string name)
    {
        using var scope = NewDisposeScope();
        var golden = Case(file, name);

        var state = new Propagation(golden.Network, new BoundOptions { Method = BoundMethod.Ibp }).Run(golden.Box);

        foreach (var neuron in golden.Expected.GetProperty("preActivationIbp").EnumerateObject())
        {
            var step = golden.Network.Steps.Single(step => step.Name == neuron.Name);
            var bounds = state.Bounds[step.Inputs[0]]!;
            GoldenJson.Close(neuron.Value.GetProperty("lower"), bounds.Lower, Tolerance, $"{neuron.Name} lower");
            GoldenJson.Close(neuron.Value.GetProperty("upper"), bounds.Upper, Tolerance, $"{neuron.Name} upper");
        }
        golden.Network.Dispose();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Bounds_of_the_specification_are_the_golden_ones(string file, string name)
    {
        using var scope = NewDisposeScope();
        var golden = Case(file, name);

        foreach (var (key, method) in new[] { ("ibp", BoundMethod.Ibp), ("crownIbp", BoundMethod.CrownIbp), ("crown", BoundMethod.Crown) })
            foreach (var soundness in new[] { Soundness.RealArithmetic, Soundness.Nominal })
            {
                using var bounds = golden.Network.Bound(golden.Box, golden.Specification, new BoundOptions { Method = method, Soundness = soundness, Intersection = Intersection.None });

                GoldenJson.Close(golden.Expected.GetProperty(key).GetProperty("lower"), bounds.Lower, Tolerance, $"{key} lower");
                GoldenJson.Close(golden.Expected.GetProperty(key).GetProperty("upper"), bounds.Upper, Tolerance, $"{key} upper");
            }
        golden.Network.Dispose();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Intervals_of_the_outputs_are_the_golden_ones(string file, string name)
    {
        using var scope = NewDisposeScope();
        var golden = Case(file, name);

        using var bounds = golden.Network.Bound(golden.Box, Specification.Outputs(golden.Network.Outputs), new BoundOptions { Method = BoundMethod.Ibp });

        GoldenJson.Close(golden.Expected.GetProperty("ibpLogits").GetProperty("lower"), bounds.Lower, Tolerance, "lower");
        GoldenJson.Close(golden.Expected.GetProperty("ibpLogits").GetProperty("upper"), bounds.Upper, Tolerance, "upper");
        golden.Network.Dispose();
    }

    private static GoldenCase Case(string file, string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var one = document.RootElement.GetProperty("cases").EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == name).Clone();
        var inputs = one.GetProperty("inputs");
        var shape = GoldenJson.Ints(inputs.GetProperty("shape"));
        Tensor Shaped(string key) => GoldenJson.Tensor(inputs.GetProperty(key)).reshape([-1, .. shape.Select(extent => (long)extent)]);
        return new GoldenCase(
            BoundedNetwork.From(GoldenNetworks.Graph(Extents.Of(shape), inputs.GetProperty("nodes"))),
            Shaped("x"),
            new InputBox(Shaped("lower"), Shaped("upper")),
            new Specification(GoldenJson.Tensor(inputs.GetProperty("specification"))),
            one.GetProperty("expected"));
    }

    private sealed record GoldenCase(BoundedNetwork Network, Tensor Points, InputBox Box, Specification Specification, JsonElement Expected);
}
