using System.Numerics.Tensors;
using Ballast.Exchange;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Robustness.Faults.Integer;

namespace Ballast.Robustness.Faults.Chains;

/// <summary>A network in which each step takes the result of the one before, run in single precision without torch.</summary>
/// <remarks>
/// Steps: dense and (grouped) convolutional layers, batch normalisation, ReLU and clipping, maximum and average pooling, global average, reshaping, and a softmax at the end, which is left to the judge of outcomes.
/// </remarks>
public sealed class NetworkChain
{
    private readonly ChainStep[] steps;

    private NetworkChain(ChainStep[] steps) => this.steps = steps;

    /// <summary>Numbers that go in.</summary>
    public int Inputs => steps[0].Inputs;

    /// <summary>Scores that come out.</summary>
    public int Outputs => steps[^1].Outputs;

    /// <summary>Stored tensors in the order of their steps.</summary>
    public IReadOnlyList<GraphTensor> Tensors => [.. steps.SelectMany(step => step.Tensors)];

    /// <summary>Multiplications of one run.</summary>
    public long Products => steps.OfType<ChainLayer>().Sum(layer => (long)layer.Outputs * layer.FanIn);

    internal IReadOnlyList<ChainStep> Steps => steps;

    /// <summary>Reads a network as a chain.</summary>
    /// <exception cref="NotSupportedException">A node is no step of a chain; the message names node and operator.</exception>
    /// <exception cref="ArgumentException">A weight is not finite.</exception>
    public static NetworkChain Of(NetworkGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Inputs.Count != 1 || graph.Outputs.Count != 1)
            throw new NotSupportedException($"A network of {graph.Inputs.Count} inputs and {graph.Outputs.Count} outputs is no chain; one of each is expected.");
        var steps = new List<ChainStep>();
        var current = graph.Inputs[0];
        var ended = false;
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            var node = graph.Nodes[i];
            if (node.Operator is InputOperator)
                continue;
            if (ended || node.Inputs.Count != 1 || node.Inputs[0] != current || graph.ConsumersOf(current).Count > 1)
                throw Unsupported(node);
            if (node.Operator is SoftmaxOperator { Axis: var axis } && axis == node.Shape.Count - 1 && graph.Outputs[0].Value == new GraphValue(i))
                ended = true;
            else if (StepOf(node, graph[current].SampleShape) is { } step)
                steps.Add(step);
            current = new GraphValue(i);
        }
        if (graph.Outputs[0].Value != current || steps.Count == 0)
            throw new NotSupportedException("The network's output is not the end of a chain of layers.");
        foreach (var tensor in steps.SelectMany(step => step.Tensors))
            if (!TensorPrimitives.IsFiniteAll(tensor.Values.Span))
                throw new ArgumentException($"Weight '{tensor.Name}' holds NaN or infinity.", nameof(graph));
        return new NetworkChain([.. steps]);
    }

    /// <summary>Scores of one sample.</summary>
    /// <exception cref="ArgumentException">The sample has another length.</exception>
    public float[] Scores(ReadOnlySpan<float> input)
    {
        var run = new ChainRun(this);
        run.Prepare(input);
        return run.Golden.ToArray();
    }

    private static ChainStep? StepOf(GraphNode node, Extents input)
    {
        var length = (int)input.Product;
        switch (node.Operator)
        {
            case LinearOperator { Weight.Type: ElementType.Float32 } linear when input.Count == 1:
                return new ChainLayer(node.Name, null, input, SlidingMap.Single, 1, linear.Weight, linear.Bias);
            case ConvOperator { Weight.Type: ElementType.Float32 } conv:
                return new ChainLayer(node.Name, conv.Window, input, new SlidingMap(conv.Window, input.Skip(1)), conv.Groups, conv.Weight, conv.Bias);
            case BatchNormOperator { Scale.Type: ElementType.Float32 } norm: return new ChainNorm(node.Name, norm, length);
            case ReluOperator: return new ChainClamp(node.Name, length, 0, double.PositiveInfinity);
            case ClipOperator clip: return new ChainClamp(node.Name, length, clip.Low, clip.High);
            case MaxPoolOperator pool: return Pool(node, PoolKind.Largest, pool.Window, input);
            case AveragePoolOperator pool: return Pool(node, pool.Padding == PoolPadding.Included ? PoolKind.MeanWithPadding : PoolKind.Mean, pool.Window, input);
            case GlobalAveragePoolOperator: return Pool(node, PoolKind.Mean, SlidingWindow.Uniform(input.Skip(1)), input);
            case ReshapeOperator or DropoutOperator: return null;
            default: throw Unsupported(node);
        }
    }

    private static ChainPool Pool(GraphNode node, PoolKind kind, SlidingWindow window, Extents input) => new(node.Name, kind, window, input, new SlidingMap(window, input.Skip(1)));

    private static NotSupportedException Unsupported(GraphNode node) =>
        new($"Node '{node.Name}' ({node.Operator.GetType().Name[..^"Operator".Length]}) is no step of a chain of layers; faults are injected into dense and convolutional layers with normalisation, ReLU, clipping, pooling and reshaping between them.");
}
