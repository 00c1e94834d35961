using Ballast.Exchange.Networks.Operators;

namespace Ballast.Exchange.Networks;

/// <summary>The static form of a network: an immutable directed acyclic graph of named nodes, each with one typed operator and one result.</summary>
/// <remarks>
/// Nodes stand in topological order, so that one pass over <see cref="Nodes"/> runs the network and one pass backwards differentiates it; inputs and constants are nodes too. Weights
/// belong to the operators that use them. Made by <see cref="NetworkGraphBuilder"/> or read from an ONNX file; two graphs are equal when nodes, names, wiring and every bit of every weight are.
/// </remarks>
public sealed class NetworkGraph : IEquatable<NetworkGraph>
{
    private readonly Dictionary<string, GraphValue> byName;
    private readonly GraphValue[][] consumers;

    internal NetworkGraph(IReadOnlyList<GraphNode> nodes, IReadOnlyList<GraphOutput> outputs)
    {
        (Nodes, Outputs) = (nodes, outputs);
        byName = nodes.Select((node, index) => (node.Name, index)).ToDictionary(pair => pair.Name, pair => new GraphValue(pair.index));
        Inputs = [.. Enumerable.Range(0, nodes.Count).Where(index => nodes[index].Operator is InputOperator).Select(index => new GraphValue(index))];
        var users = nodes.SelectMany((node, index) => node.Inputs.Distinct().Select(input => (input, user: new GraphValue(index)))).ToLookup(pair => pair.input, pair => pair.user);
        consumers = [.. Enumerable.Range(0, nodes.Count).Select(index => users[new GraphValue(index)].ToArray())];
        var tensors = new Dictionary<string, GraphTensor>();
        foreach (var tensor in nodes.SelectMany(node => node.Operator.Tensors))
            tensors.TryAdd(tensor.Name, tensor);
        Tensors = tensors;
    }

    /// <summary>All nodes, each after those it needs.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>The nodes whose values the caller gives, in the order of the file.</summary>
    public IReadOnlyList<GraphValue> Inputs { get; }

    /// <summary>The results, in the order of the file.</summary>
    public IReadOnlyList<GraphOutput> Outputs { get; }

    /// <summary>Every weight and constant by its name.</summary>
    public IReadOnlyDictionary<string, GraphTensor> Tensors { get; }

    /// <summary>The node behind a handle.</summary>
    public GraphNode this[GraphValue value] => Nodes[value.Index];

    /// <summary>The nodes that use a value, each once, in order.</summary>
    public IReadOnlyList<GraphValue> ConsumersOf(GraphValue value) => consumers[value.Index];

    /// <summary>The node of this name; null where there is none.</summary>
    public GraphValue? Find(string name) => byName.TryGetValue(name, out var value) ? value : null;

    /// <summary>The same network with some tensors replaced by others of the same name, type and shape.</summary>
    /// <exception cref="ArgumentException">The network has no such tensor, or it is of another type or shape.</exception>
    public NetworkGraph WithTensors(IEnumerable<GraphTensor> replacements)
    {
        ArgumentNullException.ThrowIfNull(replacements);
        var changed = replacements.ToDictionary(tensor => tensor.Name);
        foreach (var tensor in changed.Values)
            if (!Tensors.TryGetValue(tensor.Name, out var old) || old.Type != tensor.Type || !old.Shape.Equals(tensor.Shape))
                throw new ArgumentException($"The network has {(old is null ? "no tensor of that name" : $"{old}")}; {tensor} was given.", nameof(replacements));
        return new NetworkGraph(
            [.. Nodes.Select(node => node.Operator.Tensors.Any(tensor => changed.ContainsKey(tensor.Name))
                ? node with { Operator = node.Operator.MapTensors(tensor => changed.GetValueOrDefault(tensor.Name, tensor)) }
                : node)],
            Outputs);
    }

    /// <summary>The first thing in which two networks differ, in one sentence; null where they are equal.</summary>
    public string? DifferenceFrom(NetworkGraph other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var i = 0; i < Math.Min(Nodes.Count, other.Nodes.Count); i++)
            if (!Nodes[i].Equals(other.Nodes[i]))
                return $"Node {i} is {Describe(this, i)}; in the other {Describe(other, i)}.";
        return Nodes.Count != other.Nodes.Count ? $"{Nodes.Count} nodes; the other has {other.Nodes.Count}."
            : Outputs.SequenceEqual(other.Outputs) ? null
            : $"Outputs {string.Join(", ", Outputs)}; the other has {string.Join(", ", other.Outputs)}.";
    }

    /// <inheritdoc/>
    public bool Equals(NetworkGraph? other) => other is not null && DifferenceFrom(other) is null;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NetworkGraph);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Nodes.Count, Outputs.Count, Nodes.Count > 0 ? Nodes[^1].GetHashCode() : 0);

    /// <summary>One line a node: name, operator, inputs, type.</summary>
    public override string ToString() => string.Join('\n', Nodes.Select((_, index) => Describe(this, index)));

    private static string Describe(NetworkGraph graph, int index)
    {
        var node = graph.Nodes[index];
        return $"{node.Name} = {node.Operator}({string.Join(", ", node.Inputs.Select(input => graph[input].Name))}): {node.Type}";
    }
}
