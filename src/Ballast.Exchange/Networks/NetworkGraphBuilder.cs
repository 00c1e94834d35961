using Ballast.Exchange.Networks.Operators;

namespace Ballast.Exchange.Networks;

/// <summary>Writes a network down step by step: <c>h = graph.Relu(graph.Linear("fc1", x, weight, bias))</c>. Shapes are checked at each step.</summary>
/// <remarks>
/// Nodes without a name get the operator's and a number (<c>relu1</c>). Shapes are those of one sample, and axes count without the batch: in [n, 3, 32, 32] axis 0 is the channels.
/// What one operator cannot say is written as several (<see cref="L2Normalize"/>).
/// </remarks>
public sealed partial class NetworkGraphBuilder
{
    private readonly List<GraphNode> nodes = [];
    private readonly List<GraphOutput> outputs = [];
    private readonly HashSet<string> names = [];
    private readonly Dictionary<string, int> numbers = [];
    private readonly Dictionary<string, GraphTensor> tensors = [];
    private readonly Dictionary<string, GraphValue> constants = [];

    /// <summary>A value that the caller gives, for any number of samples.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="sampleShape">Shape of one sample.</param>
    /// <param name="element">Element type.</param>
    public GraphValue Input(string name, Extents sampleShape, ElementType element = ElementType.Float32) =>
        Apply(new InputOperator(new TensorType(element, [Extents.Batch, .. sampleShape])), name);

    /// <summary>Makes a value a result of the network.</summary>
    /// <exception cref="ArgumentException">There is an output of that name.</exception>
    public void Output(string name, GraphValue value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _ = TypeOf(value);
        if (outputs.Any(output => output.Name == name))
            throw new ArgumentException($"There is an output '{name}' already.", nameof(name));
        outputs.Add(new GraphOutput(name, value));
    }

    /// <summary>Element type and shape of a value.</summary>
    /// <exception cref="ArgumentException">The value is of another graph.</exception>
    public TensorType TypeOf(GraphValue value) =>
        (uint)value.Index < (uint)nodes.Count ? nodes[value.Index].Type : throw new ArgumentException("The value does not belong to this graph.", nameof(value));

    internal bool IsTaken(string name) => names.Contains(name);

    internal GraphNode NodeOf(GraphValue value) => nodes[value.Index];

    /// <summary>Shape of a value for one sample.</summary>
    public Extents ShapeOf(GraphValue value) => TypeOf(value).SampleShape;

    /// <summary>Applies any operator. Its axes count with the batch, as in <see cref="GraphNode"/>.</summary>
    /// <param name="applied">The operator.</param>
    /// <param name="name">Name of the node; null for one made up.</param>
    /// <param name="inputs">What it is applied to.</param>
    /// <exception cref="ArgumentException">The operator does not fit its inputs (the message names the node), the name is taken, or a tensor's name is taken by another content.</exception>
    public GraphValue Apply(GraphOperator applied, string? name, params IReadOnlyList<GraphValue> inputs)
    {
        ArgumentNullException.ThrowIfNull(applied);
        ArgumentNullException.ThrowIfNull(inputs);
        name ??= Unused(applied);
        if (names.Contains(name))
            throw new ArgumentException($"There is a node '{name}' already.", nameof(name));
        var types = inputs.Select(TypeOf).ToArray();
        TensorType type;
        try
        {
            type = applied.Infer(types);
        }
        catch (ArgumentException error)
        {
            throw new ArgumentException($"Node '{name}' ({NameOf(applied)}): {error.Message}", nameof(inputs), error);
        }
        foreach (var tensor in applied.Tensors)
            if (!tensors.TryAdd(tensor.Name, tensor) && !ReferenceEquals(tensors[tensor.Name], tensor) && !tensors[tensor.Name].Equals(tensor))
                throw new ArgumentException($"Node '{name}' ({NameOf(applied)}): there is another tensor '{tensor.Name}'.", nameof(applied));
        names.Add(name);
        nodes.Add(new GraphNode(name, applied, [.. inputs], type));
        return new GraphValue(nodes.Count - 1);
    }

    /// <summary>The finished network: inputs first, then the nodes that some output depends on, each constant just before its first use.</summary>
    /// <remarks>Handles of the builder do not carry over, because what no output depends on is left out.</remarks>
    /// <exception cref="InvalidOperationException">It has no output.</exception>
    public NetworkGraph Build()
    {
        if (outputs.Count == 0)
            throw new InvalidOperationException("The network has no output.");
        var needed = Needed();
        var places = new Dictionary<int, int>();
        var ordered = new List<GraphNode>(nodes.Count);
        for (var i = 0; i < nodes.Count; i++)
            if (nodes[i].Operator is InputOperator)
                Place(i);
        for (var i = 0; i < nodes.Count; i++)
            if (needed[i] && nodes[i].Operator is not ConstantOperator)
            {
                foreach (var input in nodes[i].Inputs)
                    Place(input.Index);
                Place(i);
            }
        foreach (var output in outputs)
            Place(output.Value.Index);
        return new NetworkGraph(ordered, [.. outputs.Select(output => output with { Value = new GraphValue(places[output.Value.Index]) })]);

        void Place(int index)
        {
            if (!places.TryAdd(index, ordered.Count))
                return;
            var node = nodes[index];
            ordered.Add(node with { Inputs = [.. node.Inputs.Select(input => new GraphValue(places[input.Index]))] });
        }
    }

    private bool[] Needed()
    {
        var needed = new bool[nodes.Count];
        foreach (var output in outputs)
            needed[output.Value.Index] = true;
        for (var i = nodes.Count - 1; i >= 0; i--)
            if (needed[i])
                foreach (var input in nodes[i].Inputs)
                    needed[input.Index] = true;
        return needed;
    }

    private static string NameOf(GraphOperator applied) => applied.GetType().Name[..^"Operator".Length];

    private string Unused(GraphOperator applied)
    {
        var kind = NameOf(applied).ToLowerInvariant();
        string name;
        do
            name = $"{kind}{numbers[kind] = numbers.GetValueOrDefault(kind) + 1}";
        while (names.Contains(name));
        return name;
    }
}
