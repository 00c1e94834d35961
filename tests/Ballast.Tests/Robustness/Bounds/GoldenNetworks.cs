using System.Text.Json;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Robustness.Bounds;

/// <summary>Networks of golden files: nodes with weights in nested lists.</summary>
internal static class GoldenNetworks
{
    public static NetworkGraph Graph(Extents shape, JsonElement nodes)
    {
        var graph = new NetworkGraphBuilder();
        var values = new Dictionary<string, GraphValue> { ["x"] = graph.Input("x", shape) };
        var last = values["x"];
        foreach (var node in nodes.EnumerateArray())
        {
            var name = node.GetProperty("name").GetString()!;
            var x = node.GetProperty("inputs").EnumerateArray().Select(input => values[input.GetString()!]).ToArray();
            last = values[name] = node.GetProperty("op").GetString() switch
            {
                "linear" => graph.Linear(name, x[0], Weight(node, "weight")!, Weight(node, "bias")),
                "conv2d" => graph.Conv2d(name, x[0], Weight(node, "weight")!, Weight(node, "bias"), Int(node, "stride", 1), Int(node, "padding", 0), Int(node, "dilation", 1), Int(node, "groups", 1)),
                "batchNorm" => graph.BatchNorm(name, x[0], Weight(node, "weight")!, Weight(node, "bias")!, Weight(node, "mean")!, Weight(node, "variance")!, (float)node.GetProperty("epsilon").GetDouble()),
                "relu" => graph.Apply(new ReluOperator(), name, x[0]),
                "leakyRelu" => graph.Apply(new LeakyReluOperator((float)node.GetProperty("slope").GetDouble()), name, x[0]),
                "sigmoid" => graph.Apply(new SigmoidOperator(), name, x[0]),
                "tanh" => graph.Apply(new TanhOperator(), name, x[0]),
                "avgPool" => graph.AveragePool2d(x[0], Int(node, "kernel", 1), Int(node, "stride", 0), Int(node, "padding", 0), name: name),
                "maxPool" => graph.MaxPool2d(x[0], Int(node, "kernel", 1), Int(node, "stride", 0), Int(node, "padding", 0), name),
                "flatten" => graph.Apply(new ReshapeOperator([Extents.Batch, (int)graph.ShapeOf(x[0]).Product]), name, x[0]),
                "add" => graph.Apply(new AddOperator(), name, x[0], x[1]),
                var other => throw new NotSupportedException(other),
            };
        }
        graph.Output("y", last);
        return graph.Build();
    }

    private static int Int(JsonElement node, string key, int otherwise) => node.TryGetProperty(key, out var value) ? value.GetInt32() : otherwise;

    private static GraphTensor? Weight(JsonElement node, string key)
    {
        if (!node.TryGetProperty(key, out var array) || array.ValueKind == JsonValueKind.Null)
            return null;
        var shape = new List<int>();
        for (var inner = array; inner.ValueKind == JsonValueKind.Array; inner = inner[0])
            shape.Add(inner.GetArrayLength());
        return new GraphTensor($"{node.GetProperty("name").GetString()}.{key}", Extents.Of(shape), GoldenJson.Doubles(array).Select(value => (float)value).ToArray());
    }
}
