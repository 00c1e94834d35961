using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;

namespace Ballast.Tests.Robustness.Bounds;

/// <summary>Draws small networks of every operator that has a bound: images or tables, residual connections, joins, odd windows and paddings.</summary>
internal sealed class RandomNetworks
{
    private readonly RandomStream random;
    private readonly NetworkGraphBuilder graph = new();
    private readonly bool isPiecewiseLinear;
    private int weights;

    private RandomNetworks(int seed, bool isPiecewiseLinear) => (random, this.isPiecewiseLinear) = (RandomStream.For(seed, "network"), isPiecewiseLinear);

    /// <summary>A network of the seed.</summary>
    public static NetworkGraph Draw(int seed) => new RandomNetworks(seed, isPiecewiseLinear: false).Build();

    /// <summary>A perceptron with a given number of inputs; of ReLUs unless another activation is given.</summary>
    public static NetworkGraph Perceptron(int seed, int inputs, int width, int layers, int outputs, GraphOperator? activation = null)
    {
        var network = new RandomNetworks(seed, isPiecewiseLinear: true);
        var x = network.graph.Input("x", [inputs]);
        for (var i = 0; i < layers; i++)
            x = network.graph.Apply(activation ?? new ReluOperator(), null, network.Linear(x, width));
        network.graph.Output("y", network.Linear(x, outputs));
        return network.graph.Build();
    }

    private NetworkGraph Build()
    {
        var isImage = random.Next(3) > 0;
        var x = graph.Input("x", isImage ? [1 + random.Next(2), 4 + random.Next(3), 4 + random.Next(3)] : [2 + random.Next(5)]);
        for (var layers = 2 + random.Next(4); layers > 0; layers--)
            x = isImage && graph.ShapeOf(x).Count == 3 ? OnImage(x) : OnVector(x);
        if (graph.ShapeOf(x).Count > 1)
            x = graph.Apply(new ReshapeOperator([Extents.Batch, (int)graph.ShapeOf(x).Product]), null, x);
        x = Linear(Activation(Linear(x, 4 + random.Next(4))), 3);
        graph.Output("y", x);
        return graph.Build();
    }

    private GraphValue OnImage(GraphValue x)
    {
        var shape = graph.ShapeOf(x);
        var (channels, height, width) = (shape[0], shape[1], shape[2]);
        switch (random.Next(9))
        {
            case 0 when Math.Min(height, width) >= 3:
                return graph.MaxPool2d(x, 2 + random.Next(2), 1 + random.Next(2), random.Next(2));
            case 1 when Math.Min(height, width) >= 3:
                return graph.AveragePool2d(x, 2 + random.Next(2), 1 + random.Next(2), random.Next(2), random.Next(2) == 0 ? PoolPadding.Included : PoolPadding.Excluded);
            case 2:
                return Activation(graph.BatchNorm($"bn{weights}", x, Weight(channels), Weight(channels), Weight(channels), Positive(channels)));
            case 3:
                var inner = Activation(Conv(x, channels, 3, 1, 1));
                return Activation(graph.Add(Conv(inner, channels, 3, 1, 1), x));
            case 4:
                return graph.Apply(new ConcatOperator(1), null, Activation(Conv(x, 2, 1, 1, 0)), x);
            case 5:
                return graph.Apply(new TransposeOperator([0, 1, 3, 2]), null, x);
            case 6:
                return graph.Apply(new PadOperator([0, 0, 1, 0], [0, 0, 0, 1]), null, x);
            case 7 when Math.Min(height, width) >= 3:
                // A window that is padded on one side alone.
                return Activation(graph.Conv($"odd{weights}", x, Weight(2, channels, 2, 3), Weight(2), new SlidingWindow([2, 3], [2, 1], [1, 1], [0, 1], [1, 0])));
            default:
                return Activation(Conv(x, 2 + 2 * random.Next(2), Math.Min(height, width) >= 3 ? 3 : 1, 1 + random.Next(2), random.Next(2)));
        }
    }

    private GraphValue OnVector(GraphValue x)
    {
        var size = graph.ShapeOf(x)[0];
        switch (random.Next(6))
        {
            case 0:
                return graph.Add(Activation(Linear(x, size)), x);
            case 1:
                return graph.Subtract(graph.Multiply(x, graph.Constant(Weight(size))), graph.Constant(Weight(size)));
            case 2:
                return graph.Subtract(Activation(Linear(x, size)), graph.Divide(x, graph.Constant(Positive(size))));
            case 3:
                return graph.Apply(new SelectOperator(1, [0, size - 1, 0]), null, x);
            default:
                return Activation(Linear(x, 3 + random.Next(5)));
        }
    }

    private GraphValue Activation(GraphValue x) => isPiecewiseLinear ? graph.Relu(x) : random.Next(6) switch
    {
        0 => graph.Apply(new SigmoidOperator(), null, x),
        1 => graph.Apply(new TanhOperator(), null, x),
        2 => graph.Apply(new LeakyReluOperator(0.2f), null, x),
        _ => graph.Relu(x),
    };

    private GraphValue Linear(GraphValue x, int outputs) => graph.Linear($"fc{weights}", x, Weight(outputs, graph.ShapeOf(x)[0]), Weight(outputs));

    private GraphValue Conv(GraphValue x, int outputs, int kernel, int stride, int padding)
    {
        var channels = graph.ShapeOf(x)[0];
        var groups = channels % 2 == 0 && outputs % 2 == 0 && random.Next(3) == 0 ? 2 : 1;
        return graph.Conv2d($"conv{weights}", x, Weight(outputs, channels / groups, kernel, kernel), random.Next(4) == 0 ? null : Weight(outputs), stride, padding, groups: groups);
    }

    private GraphTensor Weight(params int[] shape)
    {
        var extents = Extents.Of(shape);
        var scale = 1.5 / Math.Sqrt(Math.Max(1, extents.Skip(1).Product));
        return new GraphTensor($"w{weights++}", extents, Enumerable.Range(0, (int)extents.Product).Select(_ => (float)(scale * random.NextGaussian())).ToArray());
    }

    private GraphTensor Positive(int count) => new($"w{weights++}", [count], Enumerable.Range(0, count).Select(_ => (float)(0.3 + random.NextDouble())).ToArray());
}
