using Ballast.Exchange.Networks;
using Ballast.Learning.Onnx;
using Ballast.Tests.Exchange.Networks;
using Ballast.Tests.Exchange.Onnx;
using TorchSharp;

namespace Ballast.Tests.Learning.Onnx;

/// <summary>A graph run by torch: the same as ONNX Runtime's, differentiable, trainable, without leaks.</summary>
public sealed class GraphModuleTests
{
    private const int Samples = 3;

    public static TheoryData<string> Networks => SampleNetworks.Names;

    [Theory]
    [MemberData(nameof(Networks))]
    public void Torch_and_ONNX_Runtime_agree_on_what_is_exported(string name)
    {
        using var scope = torch.NewDisposeScope();
        var graph = SampleNetworks.Get(name);
        var inputs = SampleNetworks.Inputs(graph, Samples);
        using var runtime = new OnnxRuntimeModel(OnnxBytes.Of(graph));
        using var module = new GraphModule(graph);

        var expected = runtime.Run([.. inputs.Select((values, i) => (values, ShapeOf(graph, i)))]);
        var results = module.Run(Tensors(graph, inputs));

        for (var i = 0; i < expected.Length; i++)
            AssertClose(expected[i], results[i], $"{name}, {graph.Outputs[i].Name}");
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Double_precision_agrees_with_single(string name)
    {
        using var scope = torch.NewDisposeScope();
        var graph = SampleNetworks.Get(name);
        var inputs = Tensors(graph, SampleNetworks.Inputs(graph, Samples));
        using var single = new GraphModule(graph);
        using var wide = new GraphModule(graph);
        wide.to(torch.float64);

        var expected = single.Run(inputs);
        var results = wide.Run([.. inputs.Select(input => input.to_type(torch.float64))]);

        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(torch.float64, results[i].dtype);
            Assert.True(torch.allclose(expected[i].to_type(torch.float64), results[i], 1e-4, 1e-5), $"{name}, {graph.Outputs[i].Name}");
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void No_tensor_is_left_behind(string name)
    {
        var graph = SampleNetworks.Get(name);
        using var module = new GraphModule(graph);
        var values = SampleNetworks.Inputs(graph, Samples);
        RunOnce();
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        for (var i = 0; i < 5; i++)
            RunOnce();

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);

        void RunOnce()
        {
            using var scope = torch.NewDisposeScope();
            foreach (var result in module.Run(Tensors(graph, values)))
                result.Dispose();
        }
    }

    [Fact]
    public void Parameters_and_buffers_are_named_as_in_the_file()
    {
        using var module = new GraphModule(SampleNetworks.Get("residual convolutions"));

        var parameters = module.named_parameters().Select(pair => pair.name).ToArray();

        Assert.Equal(
            ["conv1.weight", "bn1.weight", "bn1.bias", "conv2.weight", "bn2.weight", "bn2.bias", "conv3.weight", "conv3.bias", "se.weight", "se.bias", "fc.weight"], parameters);
        Assert.Equal(["bn1.running_mean", "bn1.running_var", "bn2.running_mean", "bn2.running_var"], module.named_buffers().Select(pair => pair.name));
    }

    [Fact]
    public void Training_changes_weights_and_statistics_and_the_graph_takes_them_back()
    {
        using var scope = torch.NewDisposeScope();
        var graph = SampleNetworks.Get("residual convolutions");
        using var module = new GraphModule(graph);
        module.train();
        using var optimizer = torch.optim.SGD(module.parameters(), 0.1);
        var x = Tensors(graph, SampleNetworks.Inputs(graph, 8))[0];
        var before = Loss().item<float>();

        for (var step = 0; step < 5; step++)
        {
            optimizer.zero_grad();
            Loss().backward();
            optimizer.step();
        }

        Assert.True(Loss().item<float>() < before);
        var trained = module.ToGraph();
        Assert.All(["conv1.weight", "bn1.weight", "bn1.running_mean", "fc.weight"], name => Assert.NotEqual(graph.Tensors[name], trained.Tensors[name]));
        module.eval();
        using var again = new GraphModule(trained);
        Assert.True(Same(module.Run([x])[1], again.Run([x])[1]));

        torch.Tensor Loss() => module.Run([x])[1].square().mean();
    }

    [Fact]
    public void Gradients_reach_the_input()
    {
        using var scope = torch.NewDisposeScope();
        var graph = SampleNetworks.Get("perceptron");
        using var module = new GraphModule(graph);
        module.to(torch.float64);
        var x = Tensors(graph, SampleNetworks.Inputs(graph, 1))[0].to_type(torch.float64);
        var y = x.clone().requires_grad_();

        module.call(y).sum().backward();

        const double Step = 1e-6;
        for (var i = 0; i < 6; i++)
        {
            var shift = torch.zeros_like(x);
            shift[0, i] = Step;
            var slope = ((module.call(x + shift) - module.call(x - shift)).sum() / (2 * Step)).item<double>();
            Assert.Equal(slope, y.grad![0, i].item<double>(), 1e-6);
        }
    }

    [Fact]
    public void Dropout_drops_in_training_alone_and_by_the_seed()
    {
        using var scope = torch.NewDisposeScope();
        var graph = SampleNetworks.Get("perceptron");
        var x = Tensors(graph, SampleNetworks.Inputs(graph, 64))[0];
        using var module = new GraphModule(graph, seed: 3);
        using var same = new GraphModule(graph, seed: 3);

        var still = module.call(x);
        module.train();
        same.train();
        var first = module.call(x);

        Assert.False(Same(still, first));
        Assert.True(Same(first, same.call(x)));
        Assert.False(Same(first, module.call(x)));
        module.eval();
        Assert.True(Same(still, module.call(x)));
    }

    [Fact]
    public void A_network_of_two_inputs_wants_both()
    {
        using var scope = torch.NewDisposeScope();
        using var module = new GraphModule(SampleNetworks.Get("two inputs"));

        Assert.Throws<ArgumentException>(() => module.call(torch.zeros(1, 3, 4)));
    }

    internal static torch.Tensor[] Tensors(NetworkGraph graph, float[][] values) => [.. values.Select((input, i) => torch.tensor(input).reshape(ShapeOf(graph, i, input.Length)))];

    internal static void AssertClose(float[] expected, torch.Tensor actual, string what)
    {
        var found = actual.to_type(torch.float32).contiguous().data<float>().ToArray();
        Assert.Equal(expected.Length, found.Length);
        for (var i = 0; i < found.Length; i++)
            Assert.True(Math.Abs(expected[i] - found[i]) <= 1e-5 * Math.Max(1, Math.Abs(expected[i])), $"{what}: element {i} is {found[i]}, not {expected[i]}");
    }

    private static bool Same(torch.Tensor a, torch.Tensor b) => torch.allclose(a, b, 0, 0);

    private static long[] ShapeOf(NetworkGraph graph, int input, int? count = null)
    {
        var shape = graph[graph.Inputs[input]].SampleShape;
        return [count / shape.Product ?? Samples, .. shape.ToLongs()];
    }
}
