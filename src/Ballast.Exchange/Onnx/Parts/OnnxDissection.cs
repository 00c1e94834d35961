using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx.Protobuf;

namespace Ballast.Exchange.Onnx.Parts;

/// <summary>An ONNX network of any operators taken apart: its weights as the file stores them, and its nodes in parts that run one after the other with the weights as inputs.</summary>
/// <remarks>
/// Weights are initialisers, and tensors of Constant nodes with two elements or more: floating-point ones all, whole ones where a quantised operator takes them. Shapes and indices stay constants.
/// Operators are looked at only for that; what they compute is left to whoever runs the parts. Branches and loops stay whole, and so do weights inside them.
/// </remarks>
public sealed class OnnxDissection
{
    // Values that may be alive where a network is cut, and parts at most: more parts start nearer to a change, but cost more calls.
    private const int MostAlive = 4;
    private const int MostParts = 16;

    // Multiplications that take about as long as a call.
    private const long LeastProducts = 300_000;

    private readonly string file;
    private readonly ModelProto shell;
    private readonly Dictionary<string, TensorProto> constants;
    private readonly Dictionary<string, int> weights;
    private readonly IReadOnlyList<NodeProto> order;
    private readonly string input;
    private readonly TypeProto.Types.Tensor inputType;

    private OnnxDissection(ModelProto model, string file, string? folder, string? output)
    {
        this.file = file;
        var graph = model.Graph is { Output.Count: > 0 } whole ? whole : throw new DataFormatException(file, "no graph with an output", "an ONNX model");
        if (graph.SparseInitializer.Count > 0)
            throw new DataFormatException(file, "sparse initialisers", "dense ones");
        // Operator sets, functions and what else there is: parts have them too.
        (shell = model).Graph = null;
        Hoist(graph);
        constants = [];
        foreach (var tensor in graph.Initializer)
            if (!constants.TryAdd(tensor.Name, tensor))
                throw new DataFormatException(file, $"two initialisers '{tensor.Name}'", "names that are unique");
        Outputs = [.. graph.Output.Select(value => value.Name)];
        Output = output is null ? Outputs is [var only] ? only : throw new DataFormatException(file, $"{Outputs.Count} outputs ({string.Join(", ", Outputs)})", "one output, or the name of the one that is meant")
            : Outputs.Contains(output) ? output : throw new DataFormatException(file, $"no output '{output}'", $"one of {string.Join(", ", Outputs)}");
        order = OnnxOrder.Of(graph, Output, file);
        var inputs = graph.Input.Where(value => !constants.ContainsKey(value.Name)).ToArray();
        if (inputs is not [{ Type.TensorType: { } type } one])
            throw new DataFormatException(file, $"{inputs.Length} inputs ({string.Join(", ", inputs.Select(value => value.Name))})", "one input, a tensor");
        (input, inputType) = (one.Name, type);
        InputShape = Extents.Of((type.Shape?.Dim ?? []).Select(extent => Import.OnnxModel.Open(extent) ? -1 : extent.DimValue <= int.MaxValue ? (int)extent.DimValue : throw new DataFormatException(file, $"an input extent of {extent.DimValue}", $"at most {int.MaxValue}")));
        (Weights, Untouched) = OnnxWeights.Of(graph.Initializer, order, file, folder);
        weights = Weights.Index().ToDictionary(pair => pair.Item.Name, pair => pair.Index);
        foreach (var name in weights.Keys)
            constants.Remove(name);
        foreach (var tensor in constants.Values.Where(tensor => tensor.DataLocation == TensorProto.Types.DataLocation.External && order.Any(node => OnnxOrder.NeedsOf(node).Contains(tensor.Name))))
            Inline(tensor, folder);
    }

    private OnnxDissection(OnnxDissection other, Extents shape, IReadOnlyList<NodeProto> order, Dictionary<string, TensorProto> constants)
    {
        (file, shell, weights, input, inputType) = (other.file, other.shell, other.weights, other.input, other.inputType);
        (this.order, this.constants) = (order, constants);
        (Weights, Untouched, Outputs, Output, InputShape) = (other.Weights, other.Untouched, other.Outputs, other.Output, shape);
    }

    /// <summary>Every weight that the output depends on, in the order of the file.</summary>
    public IReadOnlyList<OnnxWeight> Weights { get; }

    /// <summary>Tensors of numbers that are no weights here, each with the reason: narrower than 8 bits, or deciding a shape.</summary>
    public IReadOnlyList<string> Untouched { get; }

    /// <summary>All outputs of the file.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The output that is computed.</summary>
    public string Output { get; }

    /// <summary>The standard's number of the input's element type (TensorProto.DataType).</summary>
    public int InputType => inputType.ElemType;

    /// <summary>Values that leave layers, after their normalisation and activation: what a range limit is for.</summary>
    public IReadOnlyList<string> Activations => OnnxActivations.Of(order, input);

    /// <summary>The name of the input.</summary>
    public string InputName => input;

    /// <summary>The shape of the input, batch included; -1 where the file leaves an extent open.</summary>
    public Extents InputShape { get; }

    /// <summary>Whether the output is that of a softmax.</summary>
    public bool IsProbability
    {
        get
        {
            var name = Output;
            while (order.LastOrDefault(node => node.Output.Contains(name)) is { } node)
                if (node.OpType is "Identity" or "Flatten" or "Reshape" or "Squeeze" or "Cast")
                    name = node.Input[0];
                else
                    return node.OpType == "Softmax";
            return false;
        }
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The model; weights in other files are read from its own folder.</param>
    /// <param name="output">The output that is computed; null where there is one alone.</param>
    /// <exception cref="DataFormatException">No ONNX model, a damaged one, or one of several inputs; several outputs, and none is named.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OnnxDissection Read(string path, string? output = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = System.IO.File.OpenRead(path);
        // What is not known is kept: operators and types that are newer than this.
        return new OnnxDissection(OnnxGraphReader.Parse(stream, path, ModelProto.Parser), path, Path.GetDirectoryName(Path.GetFullPath(path)), output);
    }

    /// <summary>Reads a model from a seekable stream that holds it and nothing after it.</summary>
    /// <param name="stream">Positioned at the first byte.</param>
    /// <param name="name">What messages call the stream.</param>
    /// <param name="output">The output that is computed; null where there is one alone.</param>
    /// <exception cref="DataFormatException">As for a file; also weights in other files.</exception>
    public static OnnxDissection Read(Stream stream, string name, string? output = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new OnnxDissection(OnnxGraphReader.Parse(stream, name, ModelProto.Parser), name, null, output);
    }

    /// <summary>Takes a network apart that is no file.</summary>
    /// <exception cref="ArgumentException">The network cannot be written as an ONNX model.</exception>
    /// <exception cref="DataFormatException">The network has several inputs or outputs.</exception>
    public static OnnxDissection Of(NetworkGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new OnnxDissection(OnnxGraphWriter.ModelOf(graph), "the network", null, null);
    }

    /// <summary>The same network for inputs of one shape.</summary>
    /// <exception cref="ArgumentException">The shape is open, or not one that the network takes.</exception>
    public OnnxDissection For(Extents shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Any(extent => extent < 0) || (inputType.Shape is not null && (shape.Count != InputShape.Count || shape.Zip(InputShape).Any(pair => pair.Second != -1 && pair.First != pair.Second))))
            throw new ArgumentException($"Input '{input}' takes {InputShape}; {shape} was given.", nameof(shape));
        return new OnnxDissection(this, shape, order, constants);
    }

    /// <summary>The same network with values kept in ranges: what lies outside becomes the nearer end, NaN becomes 0.</summary>
    /// <param name="ranges">By the names of <see cref="Activations"/>; single precision alone.</param>
    /// <exception cref="ArgumentException">A name is none of an activation's, or the file's operator set is older than 9.</exception>
    public OnnxDissection Clamped(IReadOnlyDictionary<string, (float Low, float High)> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        if (ranges.Keys.Except(Activations).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"'{unknown}' is no activation of the network.", nameof(ranges));
        if (shell.OpsetImport.FirstOrDefault(set => set.Domain is "" or "ai.onnx")?.Version is not >= OnnxActivations.LeastOpset)
            throw new ArgumentException($"The operator set is older than {OnnxActivations.LeastOpset}, which cannot clamp activations.", nameof(ranges));
        var (nodes, added) = OnnxActivations.Clamp(order, ranges);
        return new OnnxDissection(this, InputShape, nodes, new Dictionary<string, TensorProto>(constants.Concat(added.Select(tensor => KeyValuePair.Create(tensor.Name, tensor)))));
    }

    /// <summary>The network as one part that gives its activations.</summary>
    public OnnxPart Observed() => PartOf(0, order.Count, [input], Activations, new Dictionary<string, OnnxValueInfo>());

    /// <summary>The network as one part, whose outputs are the network's own (the first) and every value that <see cref="Cut"/> wants to know of.</summary>
    public OnnxPart Whole() => PartOf(0, order.Count, [input], [Output, .. Boundaries().SelectMany(boundary => boundary.Alive).Concat(order.Where(node => WeightsOf(node).Any()).Select(FirstOf)).Where(name => name != input && name != Output).Distinct()], new Dictionary<string, OnnxValueInfo>());

    /// <summary>The network in parts, cut in front of weights where few values are alive. A change of a weight needs the parts from the first that takes it on.</summary>
    /// <param name="values">What is known of the outputs of <see cref="Whole"/>; nothing is cut where a value is alive that is missing here.</param>
    public IReadOnlyList<OnnxPart> Cut(IReadOnlyDictionary<string, OnnxValueInfo> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var products = order.Select(node => ProductsOf(node, values)).ToArray();
        var least = Math.Max(LeastProducts, products.Sum() / MostParts);
        var (parts, first, since) = (new List<OnnxPart>(), 0, 0L);
        IReadOnlyList<string> alive = [input];
        var boundaries = Boundaries().ToDictionary(boundary => boundary.Node, boundary => boundary.Alive);
        for (var i = 0; i < order.Count; i++)
        {
            if (since >= least && boundaries.TryGetValue(i, out var next) && next.All(name => name == input || values.ContainsKey(name)))
            {
                parts.Add(PartOf(first, i, alive, [.. next.Where(name => MadeIn(first, i, name))], values) with { Products = since });
                (first, since, alive) = (i, 0, next);
            }
            since += products[i];
        }
        parts.Add(PartOf(first, order.Count, alive, [Output], values) with { Products = since });
        return parts;
    }

    private bool MadeIn(int first, int end, string name) => order.Skip(first).Take(end - first).Any(node => node.Output.Contains(name));

    private IEnumerable<int> WeightsOf(NodeProto node) => OnnxOrder.NeedsOf(node).Where(weights.ContainsKey).Select(name => weights[name]);

    // An output that nobody wants has no name.
    private static string FirstOf(NodeProto node) => node.Output.First(name => name.Length > 0);

    // Of dense and convolutional layers, products; of others their outputs.
    private long ProductsOf(NodeProto node, IReadOnlyDictionary<string, OnnxValueInfo> values)
    {
        if (!values.TryGetValue(FirstOf(node), out var made))
            return 0;
        var outputs = made.Shape.Aggregate(1L, (product, extent) => product * Math.Max(1, extent));
        var largest = WeightsOf(node).Select(w => Weights[w]).MaxBy(weight => weight.Count);
        var channels = node.OpType.Contains("Conv", StringComparison.Ordinal) ? largest?.Shape.FirstOrDefault(1) : made.Shape.LastOrDefault(1);
        return outputs * Math.Max(1, (largest?.Count ?? 1) / Math.Max(1, channels ?? 1));
    }

    // Places in front of a node that takes weights, with what is alive there.
    private List<(int Node, IReadOnlyList<string> Alive)> Boundaries()
    {
        var lastUse = new Dictionary<string, int> { [Output] = int.MaxValue };
        for (var i = 0; i < order.Count; i++)
            foreach (var name in OnnxOrder.NeedsOf(order[i]).Where(name => name != Output))
                lastUse[name] = i;
        var (found, alive) = (new List<(int, IReadOnlyList<string>)>(), new List<string> { input });
        for (var i = 0; i < order.Count; i++)
        {
            alive.RemoveAll(name => lastUse.GetValueOrDefault(name, -1) < i);
            if (i > 0 && alive.Count <= MostAlive && WeightsOf(order[i]).Any())
                found.Add((i, [.. alive]));
            alive.AddRange(order[i].Output.Where(name => name.Length > 0));
        }
        return found;
    }

    private OnnxPart PartOf(int first, int end, IReadOnlyList<string> alive, IReadOnlyList<string> outputs, IReadOnlyDictionary<string, OnnxValueInfo> values)
    {
        var nodes = order.Skip(first).Take(end - first).ToArray();
        var needs = nodes.SelectMany(OnnxOrder.NeedsOf).ToHashSet();
        var inputs = alive.Where(needs.Contains).ToArray();
        var own = weights.Where(pair => needs.Contains(pair.Key)).Select(pair => pair.Value).Order().ToArray();
        var graph = new GraphProto { Name = "part" };
        graph.Node.AddRange(nodes);
        graph.Input.AddRange(inputs.Select(name => name == input ? InfoOf(name, inputType.ElemType, InputShape, inputType.Shape is null && InputShape.Count == 0) : InfoOf(name, values[name].ElementType, values[name].Shape)));
        graph.Input.AddRange(own.Select(w => InfoOf(Weights[w].Name, (int)Weights[w].Number, Weights[w].Shape)));
        graph.Initializer.AddRange(constants.Values.Where(tensor => needs.Contains(tensor.Name)));
        graph.Output.AddRange(outputs.Select(name => new ValueInfoProto { Name = name }));
        var part = shell.Clone();
        part.Graph = graph;
        return new OnnxPart(Google.Protobuf.MessageExtensions.ToByteArray(part), inputs, own, outputs);
    }

    private static ValueInfoProto InfoOf(string name, int elementType, Extents shape, bool isRankOpen = false)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = elementType };
        if (!isRankOpen)
        {
            tensor.Shape = new TensorShapeProto();
            tensor.Shape.Dim.AddRange(shape.Select(extent => extent < 0 ? new TensorShapeProto.Types.Dimension() : new TensorShapeProto.Types.Dimension { DimValue = extent }));
        }
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    // Some exporters keep weights in Constant nodes.
    private static void Hoist(GraphProto graph)
    {
        foreach (var node in graph.Node.Where(node => node is { OpType: "Constant", Output.Count: 1, Attribute: [{ Name: "value", T: { } }] }).ToArray())
            if (node.Attribute[0].T is var tensor && tensor.Dims.Aggregate(1L, (product, extent) => product * extent) > 1)
            {
                tensor.Name = node.Output[0];
                graph.Initializer.Add(tensor);
                graph.Node.Remove(node);
            }
    }

    private void Inline(TensorProto tensor, string? folder)
    {
        var size = tensor.DataType switch { 2 or 3 or 9 => 1, 4 or 5 or 10 or 16 => 2, 7 or 11 or 13 => 8, 1 or 6 or 12 => 4, _ => throw new DataFormatException(file, $"tensor '{tensor.Name}' of element type {tensor.DataType} in another file", "one inside the model") };
        var raw = OnnxWeights.RawOf(tensor, size, file, folder);
        tensor.DataLocation = TensorProto.Types.DataLocation.Default;
        tensor.ExternalData.Clear();
        tensor.RawData = Google.Protobuf.ByteString.CopyFrom(raw);
    }
}
