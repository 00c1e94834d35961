using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Exchange.Onnx.Protobuf;

namespace Ballast.Exchange.Onnx.Export;

/// <summary>One writing of a network: gives every value its name and collects nodes and initialisers in the network's order.</summary>
internal sealed class OnnxExport
{
    private const int IrVersion = 8;
    private const string BatchName = "batch";

    private readonly NetworkGraph graph;
    private readonly string[] names;
    private readonly HashSet<string> taken = [];
    private readonly HashSet<string> written = [];
    private readonly GraphProto proto = new() { Name = "network" };

    public OnnxExport(NetworkGraph graph)
    {
        this.graph = graph;
        names = new string[graph.Nodes.Count];
        NameValues();
    }

    public ModelProto Model()
    {
        foreach (var input in graph.Inputs)
            proto.Input.Add(InfoOf(NameOf(input), graph[input].Type));
        for (var i = 0; i < names.Length; i++)
            if (graph.Nodes[i].Operator is not InputOperator)
                OperatorExport.Write(new OnnxNodeWriter(this, graph, new GraphValue(i)));
        foreach (var output in graph.Outputs)
        {
            if (NameOf(output.Value) != output.Name)
                proto.Node.Add(new NodeProto { OpType = "Identity", Input = { NameOf(output.Value) }, Output = { output.Name }, Name = Fresh($"{output.Name}/output") });
            proto.Output.Add(InfoOf(output.Name, graph[output.Value].Type));
        }
        return new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "ballast",
            Graph = proto,
            OpsetImport = { new OperatorSetIdProto { Version = OnnxGraphWriter.OperatorSet } },
        };
    }

    public string NameOf(GraphValue value) => names[value.Index];

    /// <summary>A name that nothing else has.</summary>
    public string Fresh(string wanted)
    {
        var name = wanted;
        for (var i = 1; !taken.Add(name); i++)
            name = $"{wanted}_{i}";
        return name;
    }

    public void Add(NodeProto node) => proto.Node.Add(node);

    /// <summary>Writes a tensor of the network once, under its own name.</summary>
    public string Initializer(GraphTensor tensor)
    {
        if (written.Add(tensor.Name))
            proto.Initializer.Add(OnnxTensors.Write(tensor));
        return tensor.Name;
    }

    // The names that users see come first: inputs, weights, outputs. Nodes give way.
    private void NameValues()
    {
        foreach (var input in graph.Inputs)
            taken.Add(names[input.Index] = graph[input].Name);
        foreach (var tensor in graph.Nodes.Where(node => node.Operator is not ConstantOperator { IsTrainable: false }).SelectMany(node => node.Operator.Tensors).DistinctBy(tensor => tensor.Name))
            Require(tensor.Name, "a tensor");
        foreach (var output in graph.Outputs)
        {
            if (graph[output.Value].Operator is ConstantOperator { IsTrainable: true } constant && constant.Value.Name == output.Name)
                continue;
            Require(output.Name, "an output");
            names[output.Value.Index] ??= output.Name;
        }
        for (var i = 0; i < names.Length; i++)
            if (graph.Nodes[i].Operator is ConstantOperator { IsTrainable: true } trainable)
                names[i] = trainable.Value.Name;
            else
                names[i] ??= Fresh(graph.Nodes[i].Name);
    }

    private void Require(string name, string what)
    {
        if (!taken.Add(name))
            throw new ArgumentException($"'{name}' is {what} and something else besides; ONNX wants names that are unique.");
    }

    private static ValueInfoProto InfoOf(string name, TensorType type)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)OnnxTensors.TypeOf(type.Element), Shape = new TensorShapeProto() };
        foreach (var extent in type.Shape)
            tensor.Shape.Dim.Add(extent == Extents.Batch
                ? new TensorShapeProto.Types.Dimension { DimParam = BatchName }
                : new TensorShapeProto.Types.Dimension { DimValue = extent });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
