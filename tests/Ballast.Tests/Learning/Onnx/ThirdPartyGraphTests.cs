using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Exchange.Onnx;
using Ballast.Learning.Onnx;
using Ballast.Tests.Exchange.Onnx;
using Ballast.Tests.Shared;
using TorchSharp;

namespace Ballast.Tests.Learning.Onnx;

/// <summary>Networks of the verification competition, exported by others years ago, are read for any number of samples and agree with ONNX Runtime.</summary>
public sealed class ThirdPartyGraphTests
{
    public static TheoryData<string> Models => RealData.Find("vnnlib") is { } folder
        ? [.. Directory.GetFiles(folder, "*.onnx", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal)]
        : [""];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_network_of_others_is_read_and_agrees_with_ONNX_Runtime(string model)
    {
        Assert.SkipWhen(model.Length == 0, "Real data 'data/vnnlib' is not on this machine.");
        using var scope = torch.NewDisposeScope();
        var path = RealData.Require(Path.Combine("vnnlib", model));
        var graph = OnnxGraphReader.Read(path);
        using var module = new GraphModule(graph);
        using var runtime = new OnnxRuntimeModel(File.ReadAllBytes(path));
        using var rewritten = new OnnxRuntimeModel(OnnxBytes.Of(graph));
        var shape = graph[graph.Inputs[0]].SampleShape;
        const int Samples = 5;
        var random = RandomStream.For(1, "third party");
        var values = Enumerable.Range(0, (int)(Samples * shape.Product)).Select(_ => (float)random.NextDouble()).ToArray();

        var results = module.call(torch.tensor(values).reshape([Samples, .. shape.ToLongs()]));
        var together = rewritten.Run([(values, [Samples, .. shape.ToLongs()])])[0];

        Assert.Equal(Extents.Batch, graph[graph.Inputs[0]].Shape[0]);
        Assert.DoesNotContain(graph.Nodes, node => node.Operator is MatMulOperator);
        GraphModuleTests.AssertClose(together, results, model);
        for (var i = 0; i < Samples; i++)
        {
            var one = values.AsSpan((int)(i * shape.Product), (int)shape.Product).ToArray();
            GraphModuleTests.AssertClose(runtime.Run([(one, [1, .. shape.ToLongs()])])[0], results[i], model);
        }
        Assert.Null(graph.DifferenceFrom(OnnxBytes.Read(OnnxBytes.Of(graph))));
    }
}
