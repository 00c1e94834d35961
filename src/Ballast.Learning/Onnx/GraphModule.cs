using Ballast.Core;
using Ballast.Exchange;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Learning.Networks;
using static TorchSharp.torch;

namespace Ballast.Learning.Onnx;

/// <summary>A <see cref="NetworkGraph"/> that torch runs: differentiable, trainable, on any device, in single or double precision.</summary>
/// <remarks>
/// Parameters and buffers have the names they have in the graph (<c>fc1.weight</c>), so that weights travel by name. Batch normalisation and dropout heed <c>train()</c> and <c>eval()</c>; a module
/// starts in evaluation, as a network that comes from a file does. After <c>to(float64)</c> and with inputs of double precision the whole network runs in it.
/// Intermediate values are let go of after their last use.
/// </remarks>
public sealed class GraphModule : nn.Module<Tensor, Tensor>, IStochasticModule
{
    // Passes within one step that have masks of their own.
    private const long PassesPerStep = 1 << 16;

    private readonly int[] lastUse;
    private readonly int seed;
    private readonly string? single;
    private long step, passes;

    /// <summary>A module with the weights of <paramref name="graph"/>, copied.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="seed">Decides what dropout drops.</param>
    public GraphModule(NetworkGraph graph, int seed = 0) : base(nameof(GraphModule))
    {
        ArgumentNullException.ThrowIfNull(graph);
        (Graph, this.seed) = (graph, seed);
        var trainable = graph.Nodes.SelectMany(node => node.Operator.TrainableTensors).Where(tensor => tensor.IsReal).Select(tensor => tensor.Name).ToHashSet();
        foreach (var tensor in graph.Tensors.Values)
        {
            var values = GraphTensors.ToTorch(tensor);
            if (trainable.Contains(tensor.Name))
                register_parameter(tensor.Name, new TorchSharp.Modules.Parameter(values));
            else
                register_buffer(tensor.Name, values);
        }
        single = graph.Tensors.Values.FirstOrDefault(tensor => tensor.Type == ElementType.Float32)?.Name;
        lastUse = new int[graph.Nodes.Count];
        for (var i = 0; i < lastUse.Length; i++)
            lastUse[i] = graph.ConsumersOf(new GraphValue(i)) is { Count: > 0 } users ? users.Max(user => user.Index) : i;
        foreach (var output in graph.Outputs)
            lastUse[output.Value.Index] = int.MaxValue;
        eval();
    }

    /// <summary>The network as it was given. <see cref="ToGraph"/> has the weights as they are now.</summary>
    public NetworkGraph Graph { get; }

    /// <inheritdoc/>
    public void BeginStep(long step) => (this.step, passes) = (Guard.NotNegative(step), 0);

    /// <summary>Runs a network of one input; the result is its first output.</summary>
    /// <exception cref="ArgumentException">The network has several inputs.</exception>
    public override Tensor forward(Tensor input)
    {
        var results = Run([input]);
        foreach (var other in results.Skip(1))
            other.Dispose();
        return results[0];
    }

    /// <summary>Runs a network of any number of inputs.</summary>
    /// <param name="inputs">In the order of the graph's inputs.</param>
    /// <returns>In the order of the graph's outputs.</returns>
    /// <exception cref="ArgumentException">The number of inputs is wrong, or an input is of another shape or type than the network and its weights.</exception>
    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count != Graph.Inputs.Count)
            throw new ArgumentException($"{inputs.Count} inputs were given; the network has {Graph.Inputs.Count}.", nameof(inputs));
        using var scope = NewDisposeScope();
        var precision = single is null ? (ScalarType?)null : TensorOf(single).dtype;
        var values = new Tensor?[Graph.Nodes.Count];
        for (var i = 0; i < inputs.Count; i++)
            values[Graph.Inputs[i].Index] = Accepted(inputs[i], Graph[Graph.Inputs[i]], precision);
        var pass = new TorchPass(TensorOf, inputs, Graph, training, training ? RandomStream.For(seed, "dropout", (step * PassesPerStep) + (passes++ % PassesPerStep)) : null);
        for (var i = 0; i < values.Length; i++)
        {
            var node = Graph.Nodes[i];
            if (node.Operator is not InputOperator)
                values[i] = TorchOperators.Apply(pass, node, [.. node.Inputs.Select(input => values[input.Index]!)]);
            foreach (var input in node.Inputs)
                if (lastUse[input.Index] == i)
                    values[input.Index]!.Dispose();
        }
        return [.. Graph.Outputs.Select(output => values[output.Value.Index]!.alias().MoveToOuterDisposeScope())];
    }

    /// <summary>The network with the weights and statistics as they are now, rounded to the types of the graph.</summary>
    public NetworkGraph ToGraph() => Graph.WithTensors(Graph.Tensors.Values.Where(tensor => tensor.IsReal).Select(tensor => GraphTensors.FromTorch(tensor, TensorOf(tensor.Name))));

    // Torch ends the process on some mixtures of types, so that they are refused before.
    private static Tensor Accepted(Tensor input, GraphNode node, ScalarType? precision)
    {
        var shape = input.shape;
        if (shape.Length != node.Shape.Count || !node.Shape.Select((extent, axis) => extent == Extents.Batch || extent == shape[axis]).All(fits => fits))
            throw new ArgumentException($"Input '{node.Name}' is {node.Type}; a tensor of shape [{string.Join(", ", shape)}] was given.");
        var wanted = node.Type.Element == ElementType.Float32 ? precision ?? input.dtype : GraphTensors.TypeOf(node.Type.Element);
        if (input.is_floating_point() != node.Type.IsReal || (node.Type.Element == ElementType.Float32 && input.dtype != wanted))
            throw new ArgumentException($"Input '{node.Name}' is {node.Type}{(precision is null ? "" : $" and the weights are {precision}")}; a tensor of {input.dtype} was given.");
        return input.dtype == wanted ? input.alias() : input.to_type(wanted);
    }

    // Moving a module replaces its tensors, so that they are found by name at every pass.
    private Tensor TensorOf(string name) => _internal_params.TryGetValue(name, out var parameter) ? parameter : _internal_buffers[name].Item1;
}
