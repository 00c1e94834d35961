using Ballast.Exchange.Onnx.Protobuf;

namespace Ballast.Exchange.Onnx.Parts;

/// <summary>Which values are activations of layers, and what keeps them in a range.</summary>
internal static class OnnxActivations
{
    /// <summary>The operator set that knows what clamping needs.</summary>
    public const int LeastOpset = 9;

    // No exporter's names begin so.
    private const string Prefix = "ballast clamp/";

    // What moves, picks or averages numbers keeps them in the range that they had.
    private static readonly HashSet<string> s_keeping =
    [
        "AveragePool", "Cast", "Concat", "Dropout", "Expand", "Flatten", "Gather", "GlobalAveragePool", "GlobalMaxPool", "Identity", "MaxPool", "Pad", "ReduceMax", "ReduceMean", "ReduceMin", "Reshape", "Slice", "Softmax",
        "Split", "Squeeze", "Tile", "Transpose", "Unsqueeze",
    ];

    // A layer's range is that of what leaves it, after its normalisation and activation.
    private static readonly HashSet<string> s_finishing =
        ["BatchNormalization", "Clip", "Elu", "HardSigmoid", "LeakyRelu", "PRelu", "Relu", "Selu", "Sigmoid", "Softplus", "Softsign", "Tanh", "ThresholdedRelu", "InstanceNormalization", "LayerNormalization"];

    /// <summary>Values that come from the input, leave a layer and are new numbers; branches and loops are taken whole.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<NodeProto> order, string input)
    {
        var users = order.SelectMany(node => OnnxOrder.NeedsOf(node).Select(name => (name, node))).ToLookup(use => use.name, use => use.node);
        var (fromInput, found) = (new HashSet<string> { input }, new List<string>());
        foreach (var node in order.Where(node => OnnxOrder.NeedsOf(node).Any(fromInput.Contains)))
        {
            fromInput.UnionWith(node.Output);
            if (!s_keeping.Contains(node.OpType))
                found.AddRange(node.Output.Where(name => name.Length > 0 && !(users[name].Any() && users[name].All(user => s_finishing.Contains(user.OpType)))));
        }
        return found;
    }

    /// <summary>The nodes with each value of <paramref name="ranges"/> put into its range, NaN as 0; and the constants that takes.</summary>
    public static (IReadOnlyList<NodeProto> Order, IReadOnlyList<TensorProto> Constants) Clamp(IReadOnlyList<NodeProto> order, IReadOnlyDictionary<string, (float Low, float High)> ranges)
    {
        var (nodes, constants) = (new List<NodeProto>(), new List<TensorProto>());
        foreach (var node in order)
        {
            var own = node.Output.Where(ranges.ContainsKey).ToArray();
            var changed = own.Length > 0 ? node.Clone() : node;
            nodes.Add(changed);
            foreach (var name in own)
            {
                var (raw, isNaN, finite, raised) = ($"{Prefix}{name}/raw", $"{Prefix}{name}/nan", $"{Prefix}{name}/finite", $"{Prefix}{name}/raised");
                changed.Output[changed.Output.IndexOf(name)] = raw;
                nodes.AddRange([
                    Node("IsNaN", isNaN, raw), Node("Where", finite, isNaN, Constant($"{Prefix}{name}/zero", 0), raw),
                    Node("Max", raised, finite, Constant($"{Prefix}{name}/low", ranges[name].Low)), Node("Min", name, raised, Constant($"{Prefix}{name}/high", ranges[name].High))]);
            }
        }
        return (nodes, constants);

        string Constant(string name, float value)
        {
            constants.Add(new TensorProto { Name = name, DataType = (int)StoredNumber.Float32, FloatData = { value } });
            return name;
        }
    }

    private static NodeProto Node(string type, string output, params string[] inputs)
    {
        var node = new NodeProto { OpType = type, Name = $"{Prefix}{type}/{output}", Output = { output } };
        node.Input.AddRange(inputs);
        return node;
    }
}
