using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx.Protobuf;
using Google.Protobuf;
using Kind = Ballast.Exchange.Onnx.Protobuf.AttributeProto.Types.AttributeType;

namespace Ballast.Exchange.Onnx.Export;

/// <summary>Writes one node of a network as one or more nodes of ONNX. The last, named as the node, gives its value.</summary>
internal sealed class OnnxNodeWriter(OnnxExport export, NetworkGraph graph, GraphValue value)
{
    public GraphNode Node => graph[value];

    public int InputCount => Node.Inputs.Count;

    public string Input(int i) => export.NameOf(Node.Inputs[i]);

    public TensorType TypeOf(int i) => graph[Node.Inputs[i]].Type;

    /// <summary>The first axis-0 batch among the inputs of the network.</summary>
    public string? BatchInput => graph.Inputs.Where(input => graph[input].Shape is { Count: > 0 } shape && shape[0] == Extents.Batch).Select(export.NameOf).FirstOrDefault();

    public string Tensor(GraphTensor tensor) => export.Initializer(tensor);

    /// <summary>All inputs of the node.</summary>
    public string[] Inputs() => [.. Node.Inputs.Select(export.NameOf)];

    /// <summary>The node that gives the value.</summary>
    public void Write(string type, IReadOnlyList<string> inputs, params IReadOnlyList<AttributeProto> attributes) => Add(type, Node.Name, [export.NameOf(value)], inputs, attributes);

    /// <summary>The value as the second output of a node.</summary>
    public void WriteSecond(string type, IReadOnlyList<string> inputs, params IReadOnlyList<AttributeProto> attributes) =>
        Add(type, Node.Name, [export.Fresh($"{Node.Name}/first"), export.NameOf(value)], inputs, attributes);

    /// <summary>A step on the way.</summary>
    public string Part(string name, string type, IReadOnlyList<string> inputs, params IReadOnlyList<AttributeProto> attributes)
    {
        var full = export.Fresh($"{Node.Name}/{name}");
        Add(type, full, [full], inputs, attributes);
        return full;
    }

    /// <summary>One number that belongs to the operator.</summary>
    public string Number(string name, double number, ElementType type) => Setting(name, full => type switch
    {
        ElementType.Float32 => new GraphTensor(full, Extents.None, new[] { (float)number }),
        ElementType.Float64 => new GraphTensor(full, Extents.None, new[] { number }),
        _ => new GraphTensor(full, Extents.None, new[] { (long)number }, type),
    });

    /// <summary>Whole numbers that belong to the operator.</summary>
    public string Integers(string name, IEnumerable<int> numbers) => Setting(name, full =>
    {
        var values = numbers.Select(number => (long)number).ToArray();
        return new GraphTensor(full, [values.Length], values);
    });

    public void WriteConstant(GraphTensor tensor) => Write("Constant", [], new AttributeProto { Name = "value", Type = Kind.Tensor, T = OnnxTensors.Write(tensor) });

    public static AttributeProto Float(string name, float number) => new() { Name = name, Type = Kind.Float, F = number };

    public static AttributeProto Int(string name, long number) => new() { Name = name, Type = Kind.Int, I = number };

    public static AttributeProto Text(string name, string text) => new() { Name = name, Type = Kind.String, S = ByteString.CopyFromUtf8(text) };

    public static AttributeProto Ints(string name, IEnumerable<int> numbers)
    {
        var attribute = new AttributeProto { Name = name, Type = Kind.Ints };
        attribute.Ints.AddRange(numbers.Select(number => (long)number));
        return attribute;
    }

    private string Setting(string name, Func<string, GraphTensor> make) => export.Initializer(make(export.Fresh($"{Node.Name}/{name}")));

    private void Add(string type, string name, IReadOnlyList<string> outputs, IReadOnlyList<string> inputs, IReadOnlyList<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = type, Name = name };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        export.Add(node);
    }
}
