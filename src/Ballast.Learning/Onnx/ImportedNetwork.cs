using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Learning.Networks;
using static TorchSharp.torch;

namespace Ballast.Learning.Onnx;

/// <summary>A network that came as an ONNX file: its last linear layer is the head, all before it gives the features. It can be trained, measured and exported like any other.</summary>
public sealed class ImportedNetwork : Network
{
    private readonly GraphModule body;

    /// <summary>Takes a graph apart at its last layer.</summary>
    /// <param name="graph">One real-valued input and one output, the output of a linear layer (a softmax behind it is left out: outputs are scores).</param>
    /// <exception cref="NotSupportedException">The graph has several inputs or outputs, or does not end with a linear layer.</exception>
    public ImportedNetwork(NetworkGraph graph) : this(Split(graph))
    {
    }

    private ImportedNetwork((NetworkGraph Body, LinearOperator Head) parts)
        : base("imported", [.. parts.Body[parts.Body.Inputs[0]].SampleShape.Select(extent => (long)extent)], parts.Head.InputSize)
    {
        body = new GraphModule(parts.Body);
        register_module(nameof(body), body);
        var head = nn.Linear(parts.Head.InputSize, parts.Head.OutputSize, hasBias: parts.Head.Bias is not null, device: META);
        head.weight = new TorchSharp.Modules.Parameter(GraphTensors.ToTorch(parts.Head.Weight));
        if (parts.Head.Bias is { } bias)
            head.bias = new TorchSharp.Modules.Parameter(GraphTensors.ToTorch(bias));
        ReplaceHead(head);
        eval();
    }

    /// <inheritdoc/>
    public override NetworkConfiguration Configuration => new ImportedConfiguration(ImportedConfiguration.Pack(Whole()));

    /// <inheritdoc/>
    public override Tensor Features(Tensor input) => body.call(input);

    /// <inheritdoc/>
    protected override GraphValue DescribeFeatures(NetworkGraphBuilder graph, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var now = body.ToGraph();
        var placed = new Dictionary<int, GraphValue> { [now.Inputs[0].Index] = input };
        for (var i = 0; i < now.Nodes.Count; i++)
            if (!placed.ContainsKey(i))
                placed[i] = graph.Apply(now.Nodes[i].Operator, now.Nodes[i].Name, [.. now.Nodes[i].Inputs.Select(value => placed[value.Index])]);
        return placed[now.Outputs[0].Value.Index];
    }

    private NetworkGraph Whole() => ToGraph();

    private static (NetworkGraph Body, LinearOperator Head) Split(NetworkGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Inputs.Count != 1 || graph.Outputs.Count != 1)
            throw new NotSupportedException($"A network of one input and one output is expected; this one has {graph.Inputs.Count} and {graph.Outputs.Count}.");
        var last = graph.Outputs[0].Value;
        while (graph[last].Operator is SoftmaxOperator or LogSoftmaxOperator)
            last = graph[last].Inputs[0];
        if (graph[last].Operator is not LinearOperator head || graph[graph[last].Inputs[0]].Shape.Count != 2)
            throw new NotSupportedException($"A network that ends with a linear layer [n, d] to [n, K] is expected; this one ends with {graph[last]}.");
        var builder = new NetworkGraphBuilder();
        var placed = new Dictionary<int, GraphValue>();
        for (var i = 0; i < last.Index; i++)
        {
            var node = graph.Nodes[i];
            placed[i] = node.Operator is InputOperator ? builder.Input(node.Name, node.SampleShape, node.Type.Element) : builder.Apply(node.Operator, node.Name, [.. node.Inputs.Select(value => placed[value.Index])]);
        }
        builder.Output("features", placed[graph[last].Inputs[0].Index]);
        return (builder.Build(), head);
    }
}
