using Ballast.Exchange;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx;
using Ballast.Exchange.Onnx.Protobuf;
using Google.Protobuf;
using Kind = Ballast.Exchange.Onnx.Protobuf.AttributeProto.Types.AttributeType;

namespace Ballast.Tests.Exchange.Onnx;

/// <summary>ONNX models put together by hand, as exporters of all ages write them.</summary>
internal sealed class OnnxProto
{
    private readonly ModelProto model = new() { IrVersion = 8, Graph = new GraphProto { Name = "test" } };

    public OnnxProto(int opset = 17) => model.OpsetImport.Add(new OperatorSetIdProto { Version = opset });

    public ModelProto Model => model;

    /// <summary>An input; -1 is an extent left open.</summary>
    public OnnxProto Input(string name, params int[] shape) => With(() => model.Graph.Input.Add(Info(name, shape)));

    public OnnxProto Output(string name) => With(() => model.Graph.Output.Add(Info(name, [])));

    public OnnxProto Weight(GraphTensor tensor) => With(() => model.Graph.Initializer.Add(OnnxTensors.Write(tensor)));

    public OnnxProto Integers(string name, params long[] values) => Weight(new GraphTensor(name, [values.Length], values));

    public OnnxProto Number(string name, float value) => Weight(new GraphTensor(name, Extents.None, new[] { value }));

    public OnnxProto Node(string type, string output, string inputs, params AttributeProto[] attributes) => With(() =>
    {
        var node = new NodeProto { OpType = type, Name = output };
        node.Input.AddRange(inputs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(input => input == "-" ? "" : input));
        node.Output.Add(output);
        node.Attribute.AddRange(attributes);
        model.Graph.Node.Add(node);
    });

    public byte[] Bytes() => model.ToByteArray();

    public NetworkGraph Read(OnnxReadOptions? options = null) => OnnxBytes.Read(Bytes(), options);

    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = Kind.Int, I = value };

    public static AttributeProto Float(string name, float value) => new() { Name = name, Type = Kind.Float, F = value };

    public static AttributeProto Ints(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = Kind.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    private static ValueInfoProto Info(string name, int[] shape)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)OnnxTensors.TypeOf(ElementType.Float32), Shape = new TensorShapeProto() };
        tensor.Shape.Dim.AddRange(shape.Select(extent => extent < 0 ? new TensorShapeProto.Types.Dimension { DimParam = "n" } : new TensorShapeProto.Types.Dimension { DimValue = extent }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    private OnnxProto With(Action change)
    {
        change();
        return this;
    }
}
