using Ballast.Core;
using Ballast.Exchange;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;

namespace Ballast.Tests.Exchange.Networks;

/// <summary>Networks that between them use every operator that can be written, with weights from seeded streams.</summary>
internal static class SampleNetworks
{
    private static readonly Dictionary<string, Func<NetworkGraph>> All = new()
    {
        ["perceptron"] = Perceptron,
        ["residual convolutions"] = ResidualConvolutions,
        ["table with embeddings"] = TableWithEmbeddings,
        ["activations"] = Activations,
        ["double precision"] = DoublePrecision,
        ["sequences"] = Sequences,
        ["shapes"] = ShapesAndReductions,
        ["signals"] = Signals,
        ["two inputs"] = TwoInputs,
    };

    public static TheoryData<string> Names => [.. All.Keys];

    public static NetworkGraph Get(string name) => All[name]();

    /// <summary>Values for each input: standard normal, or codes from 0 to 3 for columns of codes.</summary>
    public static float[][] Inputs(NetworkGraph graph, int samples, int seed = 1) => [.. graph.Inputs.Select((input, i) =>
    {
        var random = RandomStream.For(seed, "sample inputs", i);
        var shape = graph[input].SampleShape;
        return Enumerable.Range(0, checked((int)(samples * shape.Product))).Select(at =>
            graph[input].Name == "table" && at % shape.Product < 2 ? random.Next(4) : (float)random.NextGaussian()).ToArray();
    })];

    public static GraphTensor Weight(string name, params int[] shape)
    {
        var random = RandomStream.For(7, name);
        var extents = Extents.Of(shape);
        var scale = 1 / Math.Sqrt(Math.Max(1, extents.Skip(Math.Min(1, shape.Length)).Product));
        return new GraphTensor(name, extents, Enumerable.Range(0, (int)extents.Product).Select(_ => (float)(scale * random.NextGaussian())).ToArray());
    }

    private static GraphTensor Positive(string name, int count)
    {
        var random = RandomStream.For(7, name);
        return new GraphTensor(name, [count], Enumerable.Range(0, count).Select(_ => (float)(0.5 + random.NextDouble())).ToArray());
    }

    private static GraphValue Norm(NetworkGraphBuilder graph, string name, GraphValue x, int channels) => graph.BatchNorm(
        name, x, Positive($"{name}.weight", channels), Weight($"{name}.bias", channels), Weight($"{name}.running_mean", channels), Positive($"{name}.running_var", channels));

    private static NetworkGraph Perceptron()
    {
        var graph = new NetworkGraphBuilder();
        var x = graph.Input("input", [6]);
        var h = graph.Relu(graph.Linear("fc1", x, Weight("fc1.weight", 8, 6), Weight("fc1.bias", 8)));
        h = graph.Dropout(h, 0.25f);
        graph.Output("logits", graph.Linear("fc2", h, Weight("fc2.weight", 3, 8), Weight("fc2.bias", 3)));
        return graph.Build();
    }

    private static NetworkGraph ResidualConvolutions()
    {
        var graph = new NetworkGraphBuilder();
        var x = graph.Input("image", [3, 12, 12]);
        var h = graph.Relu(Norm(graph, "bn1", graph.Conv2d("conv1", x, Weight("conv1.weight", 8, 3, 3, 3), padding: 1), 8));
        var skip = h;
        h = graph.Silu(Norm(graph, "bn2", graph.Conv2d("conv2", h, Weight("conv2.weight", 8, 1, 3, 3), padding: 2, dilation: 2, groups: 8), 8));
        h = graph.Relu(graph.Add(h, skip));
        h = graph.MaxPool2d(h, 3, 2, 1);
        h = graph.Conv("conv3", h, Weight("conv3.weight", 4, 8, 2, 2), Weight("conv3.bias", 4), new SlidingWindow([2, 2], [1, 2], [1, 1], [0, 1], [1, 0]));
        h = graph.AveragePool2d(h, 3, 1, 1, PoolPadding.Excluded);
        h = graph.AveragePool2d(h, 3, 1, 1);
        var squeeze = graph.Sigmoid(graph.Conv2d("se", graph.GlobalAveragePool(h), Weight("se.weight", 4, 4, 1, 1), Weight("se.bias", 4)));
        h = graph.Multiply(h, squeeze);
        var features = graph.Flatten(graph.GlobalMaxPool(h));
        graph.Output("features", features);
        graph.Output("logits", graph.Linear("fc", features, Weight("fc.weight", 5, 4)));
        return graph.Build();
    }

    private static NetworkGraph TableWithEmbeddings()
    {
        var graph = new NetworkGraphBuilder();
        var x = graph.Input("table", [6]);
        var first = graph.Embedding("color", graph.Column(x, 0), Weight("color.weight", 4, 3));
        var second = graph.Embedding("shape", graph.Column(x, 1), Weight("shape.weight", 4, 2));
        var numbers = graph.Affine(graph.Columns(x, [2, 3, 5]), Weight("scale", 3), Weight("shift", 3));
        var h = graph.Concat([numbers, graph.Slice(x, 4, 1), first, second]);
        h = graph.L2Normalize(graph.Gelu(graph.Linear("fc1", h, Weight("fc1.weight", 7, 9), Weight("fc1.bias", 7))));
        h = graph.Linear("cosine", h, Weight("cosine.weight", 3, 7));
        graph.Output("probabilities", graph.Softmax(graph.Scale(h, 16)));
        return graph.Build();
    }

    private static NetworkGraph Activations()
    {
        var graph = new NetworkGraphBuilder();
        var x = graph.Input("input", [4, 3, 2]);
        GraphOperator[] functions =
        [
            new ReluOperator(), new LeakyReluOperator(0.2f), new EluOperator(0.7f), new SeluOperator(1.6732632f, 1.050701f), new CeluOperator(1.3f), new GeluOperator(GeluApproximation.None),
            new GeluOperator(GeluApproximation.Tanh), new HardSigmoidOperator(0.2f, 0.4f), new HardSwishOperator(), new SoftplusOperator(), new SoftsignOperator(), new ThresholdedReluOperator(0.5f),
            new MishOperator(), new SiluOperator(), new SigmoidOperator(), new TanhOperator(), new ClipOperator(-0.5, 0.75), new ClipOperator(-0.5, double.PositiveInfinity),
            new ClipOperator(double.NegativeInfinity, 0.25), new SoftmaxOperator(1), new LogSoftmaxOperator(3),
            .. Enum.GetValues<UnaryFunction>().Where(function => function is not (UnaryFunction.Logarithm or UnaryFunction.SquareRoot)).Select(function => new UnaryOperator(function)),
        ];
        foreach (var (function, i) in functions.Select((function, i) => (function, i)))
            graph.Output($"output{i}", graph.Apply(function, null, x));
        var positive = graph.Apply(new UnaryOperator(UnaryFunction.Absolute), "positive", x);
        graph.Output("log", graph.Apply(new UnaryOperator(UnaryFunction.Logarithm), null, positive));
        graph.Output("sqrt", graph.Apply(new UnaryOperator(UnaryFunction.SquareRoot), null, positive));
        graph.Output("prelu", graph.PRelu("slopes", x, Weight("slopes.weight", 4, 1, 1)));
        return graph.Build();
    }

    private static NetworkGraph DoublePrecision()
    {
        var graph = new NetworkGraphBuilder();
        var x = graph.Apply(new CastOperator(ElementType.Float64), null, graph.Input("input", [3]));
        var weight = new GraphTensor("weight", [2, 3], new[] { 0.1, 0.2, 0.3, -0.1, 1e-9, 2 });
        var y = graph.Add(graph.Tanh(graph.Linear("fc", x, weight)), graph.Constant(new GraphTensor("offset", [2], new[] { 1e-12, 1 })));
        graph.Output("output", graph.Apply(new CastOperator(ElementType.Float32), null, y));
        return graph.Build();
    }

    private static NetworkGraph Sequences()
    {
        var graph = new NetworkGraphBuilder();
        var x = graph.Input("tokens", [5, 4]);
        var query = graph.Linear("query", x, Weight("query.weight", 4, 4), Weight("query.bias", 4));
        var key = graph.Linear("key", x, Weight("key.weight", 4, 4));
        var attention = graph.Softmax(graph.Scale(graph.MatMul(query, graph.Transpose(key, [1, 0])), 0.5f));
        var mixed = graph.MatMul(attention, x);
        graph.Output("output", graph.Mean(graph.Apply(new PowerOperator(), null, graph.Apply(new UnaryOperator(UnaryFunction.Absolute), null, mixed), graph.Parameter(Weight("exponent", 1))), [0]));
        return graph.Build();
    }

    private static NetworkGraph ShapesAndReductions()
    {
        var graph = new NetworkGraphBuilder();
        var x = graph.Input("input", [4, 6]);
        foreach (var function in Enum.GetValues<ReduceFunction>())
        {
            var positive = function is ReduceFunction.LogSum ? graph.Apply(new UnaryOperator(UnaryFunction.Absolute), null, x) : x;
            graph.Output($"{function}", graph.Apply(new ReduceOperator(function, [1, 2]), null, positive));
        }
        graph.Output("reshaped", graph.Reshape(x, [2, 2, 6]));
        graph.Output("reversed", graph.Apply(new SliceOperator(2, 5, 6, -1), null, x));
        graph.Output("every second", graph.Apply(new SliceOperator(2, 4, 2, -2), null, x));
        graph.Output("padded", graph.Pad(x, [0, 1], [2, 0], 0.5f));
        graph.Output("mirrored", graph.Apply(new PadOperator([0, 1, 0], [0, 2, 3], PadMode.Reflect), null, x));
        graph.Output("extended", graph.Apply(new PadOperator([0, 0, 2], [0, 0, 0], PadMode.Edge), null, x));
        graph.Output("sum", graph.Sum(x, [1]));
        var ones = graph.Apply(new ExpandOperator([Extents.Batch, 4, 6]), null, graph.Constant(new GraphTensor("one", [1, 6], new float[] { 1, 2, 3, 4, 5, 6 })));
        graph.Output("expanded", graph.Subtract(ones, x));
        graph.Output("greatest", graph.Apply(new MaximumOperator(), null, x, graph.Apply(new MinimumOperator(), null, ones, x)));
        graph.Output("input again", x);
        graph.Output("input once more", x);
        return graph.Build();
    }

    private static NetworkGraph Signals()
    {
        var graph = new NetworkGraphBuilder();
        var x = graph.Input("signal", [2, 16]);
        var h = graph.Conv1d("conv", x, Weight("conv.weight", 4, 2, 3), Weight("conv.bias", 4), stride: 2, padding: 1);
        h = graph.Apply(new MaxPoolOperator(SlidingWindow.Uniform([2], 2)), null, h);
        graph.Output("places", graph.Apply(new CastOperator(ElementType.Float32), null, graph.Apply(new MaxPoolIndicesOperator(SlidingWindow.Uniform([2], 2)), null, x)));
        graph.Output("logits", graph.Linear("fc", graph.Flatten(h), Weight("fc.weight", 2, 16), Weight("fc.bias", 2)));
        return graph.Build();
    }

    private static NetworkGraph TwoInputs()
    {
        var graph = new NetworkGraphBuilder();
        var (a, b) = (graph.Input("a", [3, 4]), graph.Input("b", [4, 2]));
        graph.Output("ratio", graph.Divide(graph.MatMul(a, b), graph.Constant(new GraphTensor("two", Extents.None, new[] { 2f }))));
        return graph.Build();
    }
}
