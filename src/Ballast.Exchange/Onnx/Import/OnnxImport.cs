using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Exchange.Onnx.Protobuf;

namespace Ballast.Exchange.Onnx.Import;

/// <summary>One reading of a model: walks its nodes in order and writes the graph down.</summary>
internal sealed class OnnxImport
{
    private readonly OnnxModel model;
    private readonly OnnxReadOptions options;
    private readonly Dictionary<string, OnnxValue> values = [];
    private readonly Dictionary<string, int> uses = [];
    private readonly Dictionary<string, (GraphTensor Source, GraphTensor Result)> derived = [];
    private readonly HashSet<string> names = [];
    private readonly Dictionary<string, int> numbers = [];
    private readonly Dictionary<string, GraphTensor> claimed = [];

    public OnnxImport(OnnxModel model, OnnxReadOptions options, bool onesAreBatch)
    {
        (this.model, this.options, OnesAreBatch) = (model, options, onesAreBatch);
        foreach (var name in model.Graph.Node.SelectMany(node => node.Input).Concat(model.Graph.Output.Select(output => output.Name)))
            uses[name] = uses.GetValueOrDefault(name) + 1;
    }

    public NetworkGraphBuilder Builder { get; } = new();

    /// <summary>What MatMul nodes became: a constant added to one is its bias. (A Gemm could have said so itself.)</summary>
    public HashSet<GraphValue> Products { get; } = [];

    public string File => model.File;

    public string? Folder => model.Folder;

    public long Opset => model.Opset;

    /// <summary>Whether extents of 1 that the file writes first stand for the batch.</summary>
    public bool OnesAreBatch { get; }

    public NetworkGraph Run()
    {
        var outputs = new HashSet<string>();
        foreach (var (name, tensor) in model.Initializers)
            values[name] = OnnxValue.Initializer(tensor);
        foreach (var input in model.Inputs)
            Define(input.Name, OnnxValue.Of(Builder.Apply(new InputOperator(TypeOf(input)), Claim(input.Name))));
        foreach (var proto in model.Graph.Node)
            Read(new OnnxNode(this, proto));
        foreach (var output in model.Graph.Output)
            if (output.Name.Length == 0 || !outputs.Add(output.Name))
                throw new DataFormatException(File, $"an output '{output.Name}' twice or without a name", "names that are unique");
            else
                Builder.Output(output.Name, Materialise(Lookup(output.Name, "the outputs"), output.Name));
        return Builder.Build();
    }

    public OnnxValue Lookup(string name, string user) =>
        values.TryGetValue(name, out var value) ? value : throw new DataFormatException(File, $"'{name}', used by {user} before anything computes it", "nodes in topological order");

    public int UsesOf(string name) => uses.GetValueOrDefault(name);

    public void Define(string name, OnnxValue value)
    {
        if (name.Length == 0 || !values.TryAdd(name, value))
            throw new DataFormatException(File, $"a value '{name}' twice or without a name", "names that are unique");
    }

    public GraphNode NodeOf(GraphValue value) => Builder.NodeOf(value);

    public bool IsDefined(string name) => values.ContainsKey(name);

    public GraphTensor? Hint(string input) => options.ShapingInputs.GetValueOrDefault(input);

    /// <summary>The value as a node: constants become nodes where something is computed from them.</summary>
    public GraphValue Materialise(OnnxValue value, string user)
    {
        if (value.Computed is { } computed)
            return computed;
        if (value.IsSymbolic)
            throw new DataFormatException(File, $"the batch size as a value for {user}", "a network whose samples do not depend on it");
        var tensor = Owned(value.Constant!);
        return value.IsInitializer && tensor.IsReal ? Builder.Parameter(tensor) : Builder.Constant(tensor);
    }

    /// <summary>The tensor under a name that no other content has.</summary>
    public GraphTensor Owned(GraphTensor tensor)
    {
        var name = tensor.Name;
        while (claimed.TryGetValue(name, out var other) && !ReferenceEquals(other, tensor) && !other.ContentEquals(tensor))
            name = $"{tensor.Name}.{Next(tensor.Name)}";
        var owned = name == tensor.Name ? tensor : tensor.Named(name);
        if (!claimed.TryAdd(name, owned))
            return claimed[name];
        return owned;
    }

    /// <summary>What <paramref name="derive"/> makes of a tensor, made once however many nodes share it.</summary>
    public GraphTensor Derived(GraphTensor source, string how, Func<GraphTensor, GraphTensor> derive)
    {
        var key = $"{how} {source.Name}";
        if (!derived.TryGetValue(key, out var known) || !ReferenceEquals(known.Source, source))
            derived[key] = known = (source, derive(source));
        return known.Result;
    }

    /// <summary>The first of these names that no node has; a number is added where all are taken.</summary>
    public string Claim(params IReadOnlyList<string> candidates)
    {
        foreach (var candidate in candidates)
            if (candidate.Length > 0 && !Builder.IsTaken(candidate) && names.Add(candidate))
                return candidate;
        while (true)
        {
            var name = $"{candidates[^1]}_{Next(candidates[^1])}";
            if (!Builder.IsTaken(name) && names.Add(name))
                return name;
        }
    }

    // Many nodes may be of one name; each number is tried once.
    private int Next(string name) => numbers[name] = numbers.GetValueOrDefault(name) + 1;

    private void Read(OnnxNode node)
    {
        if (node.Domain is not ("" or "ai.onnx"))
            throw node.Unsupported($"operator {node.Domain}.{node.Operator}");
        var value = OnnxFolding.TryFold(node)
            ?? (OnnxOperators.All.TryGetValue(node.Operator, out var translate) ? translate(node) : throw node.Unsupported($"operator {node.Operator}"));
        node.Define(0, value);
        node.RequireAllUsed();
    }

    private TensorType TypeOf(ValueInfoProto input)
    {
        if (input.Type?.TensorType is not { } tensor)
            throw new DataFormatException(File, $"input '{input.Name}' that is no tensor", "tensors");
        var element = OnnxTensors.ElementOf(tensor.ElemType, $"input '{input.Name}'", File);
        if (options.InputShapes.TryGetValue(input.Name, out var given))
            return new TensorType(element, given);
        if (tensor.Shape is not { } shape)
            throw new DataFormatException(File, $"input '{input.Name}' of any rank", "a shape; give it in the options");
        if (shape.Dim.Count > 32)
            throw new DataFormatException(File, $"input '{input.Name}' of {shape.Dim.Count} axes", "at most 32");
        return new TensorType(element, Extents.Of(shape.Dim.Select((extent, axis) =>
            axis == 0 && (OnnxModel.Open(extent) || (OnesAreBatch && extent.DimValue == 1)) ? Extents.Batch
            : !OnnxModel.Open(extent) && extent.DimValue <= int.MaxValue ? (int)extent.DimValue
            : throw new DataFormatException(File, $"input '{input.Name}' with an open extent in axis {axis}", "extents that are fixed but for the batch; give its shape in the options"))));
    }
}
