using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Exchange.Onnx.Protobuf;
using Ballast.Learning.Onnx;
using Ballast.Tests.Exchange.Networks;
using Ballast.Tests.Exchange.Onnx;
using Google.Protobuf;
using TorchSharp;

namespace Ballast.Tests.Learning.Onnx;

/// <summary>Networks drawn at random survive the way to ONNX and back, and torch and ONNX Runtime agree on them.</summary>
public sealed class RandomNetworkTests
{
    [Fact]
    public void Random_networks_travel_and_agree()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            using var scope = torch.NewDisposeScope();
            var graph = Draw(RandomStream.For(seed, "random networks"));
            var bytes = OnnxBytes.Of(graph);
            Assert.Null(graph.DifferenceFrom(OnnxBytes.Read(bytes)));
            var input = SampleNetworks.Inputs(graph, 2, seed)[0];
            using var runtime = new OnnxRuntimeModel(bytes);
            using var module = new GraphModule(graph);

            var result = module.call(GraphModuleTests.Tensors(graph, [input])[0]);

            GraphModuleTests.AssertClose(runtime.Run([(input, [2, .. graph[graph.Inputs[0]].SampleShape.ToLongs()])])[0], result, $"seed {seed}\n{graph}");
        }
    }

    // The installed suite is older than these operators.
    [Fact]
    public void Gelu_and_Mish_of_newer_operator_sets_agree_with_ONNX_Runtime()
    {
        using var scope = torch.NewDisposeScope();
        var approximate = new AttributeProto { Name = "approximate", Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8("tanh") };
        var model = new OnnxProto(20).Input("x", -1, 7)
            .Node("Gelu", "exact", "x").Output("exact").Node("Gelu", "near", "x", approximate).Output("near").Node("Mish", "mish", "x").Output("mish");
        foreach (var output in model.Model.Graph.Output)
            output.Type = model.Model.Graph.Input[0].Type;
        var graph = model.Read();
        var x = SampleNetworks.Inputs(graph, 9)[0];
        using var module = new GraphModule(graph);
        using var runtime = new OnnxRuntimeModel(model.Bytes());

        var results = module.Run(GraphModuleTests.Tensors(graph, [x]));

        foreach (var (expected, i) in runtime.Run([(x, [9, 7])]).Select((expected, i) => (expected, i)))
            GraphModuleTests.AssertClose(expected, results[i], graph.Outputs[i].Name);
    }

    private static NetworkGraph Draw(RandomStream random)
    {
        var graph = new NetworkGraphBuilder();
        var h = graph.Input("image", [1 + random.Next(3), 6 + random.Next(7), 6 + random.Next(7)]);
        for (var layer = 0; layer < 6; layer++)
            h = Step(graph, h, $"layer{layer}", random);
        h = graph.Flatten(h);
        graph.Output("logits", graph.Linear("head", h, SampleNetworks.Weight("head.weight", 3, graph.ShapeOf(h)[0]), SampleNetworks.Weight("head.bias", 3)));
        return graph.Build();
    }

    private static GraphValue Step(NetworkGraphBuilder graph, GraphValue x, string name, RandomStream random)
    {
        var shape = graph.ShapeOf(x);
        switch (random.Next(8))
        {
            case 0 or 1:
                var (kernel, groups) = (1 + random.Next(3), random.Next(2) == 0 ? 1 : shape[0]);
                var window = new SlidingWindow(
                    [kernel, kernel], [1 + random.Next(2), 1 + random.Next(2)], [1 + random.Next(2), 1], [random.Next(kernel + 1) + 1, random.Next(kernel + 1) + 1], [random.Next(kernel + 1) + 1, random.Next(kernel + 1) + 1]);
                return graph.Conv(name, x, SampleNetworks.Weight($"{name}.weight", 2 * groups, shape[0] / groups, kernel, kernel), random.Next(2) == 0 ? null : SampleNetworks.Weight($"{name}.bias", 2 * groups), window, groups);
            case 2:
                return graph.Apply(new MaxPoolOperator(new SlidingWindow([2, 2], [1, 1], [1, 1], [random.Next(2), random.Next(2)], [random.Next(2), random.Next(2)])), name, x);
            case 3:
                var padding = random.Next(2) == 0 ? PoolPadding.Excluded : PoolPadding.Included;
                return graph.Apply(new AveragePoolOperator(new SlidingWindow([2, 2], [1, 1], [1, 1], [random.Next(2), random.Next(2)], [random.Next(2), random.Next(2)]), padding), name, x);
            case 4:
                return graph.Add(graph.Relu(x), x, name);
            case 5:
                return graph.Concat([x, graph.Silu(x)], axis: 0, name);
            case 6:
                return graph.Transpose(graph.Tanh(x), [0, 2, 1], name);
            default:
                return graph.Slice(graph.Gelu(x), random.Next(2), shape[2] - 1, axis: 2, name);
        }
    }
}
