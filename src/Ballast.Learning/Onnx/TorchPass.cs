using Ballast.Core;
using Ballast.Exchange;
using Ballast.Exchange.Networks;
using static TorchSharp.torch;

namespace Ballast.Learning.Onnx;

/// <summary>What one run of a graph is: its weights, its precision, its number of samples, and whether it trains.</summary>
internal sealed class TorchPass
{
    private readonly Func<string, Tensor> tensors;

    public TorchPass(Func<string, Tensor> tensors, IReadOnlyList<Tensor> inputs, NetworkGraph graph, bool training, RandomStream? random)
    {
        (this.tensors, Training, Random) = (tensors, training, random);
        Real = Enumerable.Range(0, inputs.Count).Where(i => graph[graph.Inputs[i]].Type.Element == ElementType.Float32).Select(i => (ScalarType?)inputs[i].dtype).FirstOrDefault() ?? ScalarType.Float32;
        for (var i = 0; i < inputs.Count && Samples is null; i++)
            if (graph[graph.Inputs[i]].Shape is { Count: > 0 } shape && shape[0] == Extents.Batch)
                Samples = inputs[i].shape[0];
    }

    public bool Training { get; }

    /// <summary>Where dropout draws from, in training.</summary>
    public RandomStream? Random { get; }

    /// <summary>What single precision of the graph is here.</summary>
    public ScalarType Real { get; }

    public long? Samples { get; }

    public Tensor this[GraphTensor tensor] => tensors(tensor.Name);

    public Tensor? Optional(GraphTensor? tensor) => tensor is null ? null : this[tensor];

    public ScalarType TypeOf(ElementType type) => type == ElementType.Float32 ? Real : GraphTensors.TypeOf(type);

    /// <summary>A shape with the number of samples filled in.</summary>
    public long[] ShapeOf(Extents shape) => [.. shape.Select(extent => extent == Extents.Batch ? Samples ?? 1 : extent)];
}
