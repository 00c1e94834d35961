using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Exchange.Onnx.Protobuf;
using Kind = Ballast.Exchange.Onnx.Protobuf.AttributeProto.Types.AttributeType;

namespace Ballast.Exchange.Onnx.Import;

/// <summary>A node of an ONNX graph while it is read: its inputs, its attributes (each must be asked for, or the node is refused) and the nodes it becomes.</summary>
internal sealed class OnnxNode
{
    private readonly NodeProto proto;
    private readonly Dictionary<string, AttributeProto> attributes = [];
    private readonly HashSet<string> unused;
    private bool named;

    public OnnxNode(OnnxImport import, NodeProto proto)
    {
        (Import, this.proto) = (import, proto);
        foreach (var attribute in proto.Attribute)
            if (attribute.RefAttrName.Length > 0 || !attributes.TryAdd(attribute.Name, attribute))
                throw Unsupported($"attribute '{attribute.Name}' twice or by reference");
        unused = [.. attributes.Keys];
        if (proto.Output.Count == 0 || proto.Output[0].Length == 0)
            throw Unsupported("no first output");
    }

    public OnnxImport Import { get; }

    public string Operator => proto.OpType;

    public string Domain => proto.Domain;

    public long Opset => Import.Opset;

    public int InputCount => proto.Input.Count;

    public int OutputCount => proto.Output.Count;

    /// <summary>What messages call the node.</summary>
    public string Label => $"{Operator} '{(proto.Name.Length > 0 ? proto.Name : proto.Output.FirstOrDefault(""))}'";

    public DataFormatException Unsupported(string found, string expected = "what this reader supports") => new(Import.File, $"{found} at node {Label}", expected);

    public bool Has(int input) => input < proto.Input.Count && proto.Input[input].Length > 0;

    public bool HasOutput(int output) => output < proto.Output.Count && proto.Output[output].Length > 0;

    public string InputName(int input) => proto.Input[input];

    public string OutputName(int output) => proto.Output[output];

    public OnnxValue Operand(int input) => Has(input) ? Import.Lookup(proto.Input[input], $"node {Label}") : throw Unsupported($"no input {input}", $"{input + 1} inputs");

    public GraphValue Value(int input) => Import.Materialise(Operand(input), $"node {Label}");

    public TensorType TypeOf(int input) => Operand(input) is { Computed: { } computed } ? Import.Builder.TypeOf(computed) : new TensorType(Operand(input).Constant!.Type, Operand(input).Constant!.Shape);

    /// <summary>The content of an input that is known; null where it is computed or absent.</summary>
    public GraphTensor? Constant(int input) => Has(input) ? Operand(input).Constant : null;

    /// <summary>The content of an input that decides a shape; null where it is absent.</summary>
    public GraphTensor? Shaping(int input) => !Has(input) ? null
        : Operand(input).Constant ?? Import.Hint(proto.Input[input]) ?? throw Unsupported($"'{proto.Input[input]}', which decides a shape and is computed", "a constant");

    public long[]? Integers(int input) => Shaping(input) is not { } tensor ? null
        : !tensor.IsReal && tensor.Shape.Count <= 1 ? tensor.Integers.ToArray()
        : throw Unsupported($"{tensor} as a list of whole numbers", "whole numbers in one axis");

    /// <summary>Whole numbers that an attribute holds in old operator sets and an input in newer ones.</summary>
    public long[]? Integers(string attribute, int input) => Ints(attribute) ?? Integers(input);

    public double? Number(int input) => Shaping(input) is not { } tensor ? null
        : tensor.Count == 1 ? tensor.ToDoubles()[0] : throw Unsupported($"{tensor} as a number", "one number");

    public long Int(string name, long otherwise) => Attribute(name, Kind.Int) is { } found ? found.I : otherwise;

    public float Float(string name, float otherwise) => Attribute(name, Kind.Float) is { } found ? found.F : otherwise;

    public float? Float(string name) => Attribute(name, Kind.Float)?.F;

    public long[]? Ints(string name) => Attribute(name, Kind.Ints) is { } found ? [.. found.Ints] : null;

    public string? Text(string name) => Attribute(name, Kind.String)?.S.ToStringUtf8();

    public GraphTensor? Tensor(string name) => Attribute(name, Kind.Tensor)?.T is { } tensor
        ? OnnxTensors.Read(tensor, tensor.Name.Length > 0 ? tensor.Name : OutputName(0), Import.File, Import.Folder) : null;

    public AttributeProto? Attribute(string name, Kind kind)
    {
        if (!attributes.TryGetValue(name, out var found))
            return null;
        unused.Remove(name);
        return found.Type == kind || (found.Type == Kind.Undefined && kind is not Kind.Tensor) ? found
            : throw Unsupported($"attribute '{name}' of type {found.Type}", $"type {kind}");
    }

    public int Axis(long axis, int rank) => axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw Unsupported($"axis {axis} of {rank} axes", $"{-rank} to {rank - 1}");

    /// <summary>Axes counted from the front, ascending, each once.</summary>
    public Extents Axes(long[] axes, int rank)
    {
        var counted = axes.Select(axis => Axis(axis, rank)).Order().ToArray();
        return counted.Distinct().Count() == counted.Length ? Extents.Of(counted) : throw Unsupported($"axes {string.Join(", ", axes)}", "each axis once");
    }

    public Extents List(long[] numbers) => Extents.Of(numbers.Select(Whole));

    public int Whole(long number) => number is > int.MinValue and <= int.MaxValue ? (int)number : throw Unsupported($"{(number == OnnxValue.BatchSize ? "the batch size" : $"{number}")}", "a number that fits");

    /// <summary>The node itself, under the name it has in the file.</summary>
    public OnnxValue Apply(GraphOperator applied, params IReadOnlyList<GraphValue> inputs)
    {
        if (named)
            return OnnxValue.Of(Add(applied, Import.Claim(OutputName(0)), inputs));
        named = true;
        return OnnxValue.Of(Add(applied, Import.Claim(proto.Name, OutputName(0)), inputs));
    }

    /// <summary>A step on the way to the node.</summary>
    public GraphValue Part(string name, GraphOperator applied, params IReadOnlyList<GraphValue> inputs) =>
        Add(applied, Import.Claim($"{(proto.Name.Length > 0 ? proto.Name : OutputName(0))}/{name}"), inputs);

    public OnnxValue Apply(GraphOperator applied, string name, IReadOnlyList<GraphValue> inputs) => OnnxValue.Of(Add(applied, Import.Claim(name), inputs));

    public GraphValue Number(string name, double value, ElementType type)
    {
        var full = $"{(proto.Name.Length > 0 ? proto.Name : OutputName(0))}/{name}";
        return Import.Materialise(OnnxValue.Of(type switch
        {
            ElementType.Float32 => new GraphTensor(full, Extents.None, new[] { (float)value }),
            ElementType.Float64 => new GraphTensor(full, Extents.None, new[] { value }),
            _ => new GraphTensor(full, Extents.None, new[] { (long)value }, type),
        }), Label);
    }

    public void Define(int output, OnnxValue value) => Import.Define(OutputName(output), value);

    public void RequireAllUsed()
    {
        if (unused.Count > 0)
            throw Unsupported($"attribute '{unused.Order(StringComparer.Ordinal).First()}'");
        for (var output = 1; output < OutputCount; output++)
            if (HasOutput(output) && !Import.IsDefined(OutputName(output)) && Import.UsesOf(OutputName(output)) > 0)
                throw Unsupported($"output {output}");
    }

    private GraphValue Add(GraphOperator applied, string name, IReadOnlyList<GraphValue> inputs)
    {
        try
        {
            return Import.Builder.Apply(applied, name, inputs);
        }
        catch (ArgumentException error)
        {
            throw new DataFormatException(Import.File, $"a node that does not fit its inputs ({error.InnerException?.Message ?? error.Message}) at node {Label}", "shapes and types as the standard says", inner: error);
        }
    }
}
