using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Learning.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks;

/// <summary>A head whose outputs are scaled cosines between features and class weights: s (w_k / |w_k|) . (f / |f|). Norms cannot favour frequent classes.</summary>
/// <remarks>Source: the normalised classifier of LDAM (Cao et al. 2019). Rows of the weight start as directions of U(-1, 1) vectors, of length 1.</remarks>
public sealed class CosineHead : Module<Tensor, Tensor>, IDescribedModule
{
    private readonly Parameter weight;

    /// <summary>Makes a head.</summary>
    /// <param name="features">Width d of the features.</param>
    /// <param name="outputs">Classes K.</param>
    /// <param name="weights">Draws the weights.</param>
    /// <param name="scale">Scale s, above 0; 1 where the loss scales, as LDAM's does.</param>
    public CosineHead(int features, int outputs, Initialization weights, double scale = 1) : base("cosine head")
    {
        ArgumentNullException.ThrowIfNull(weights);
        (Outputs, Scale) = (Guard.Positive(outputs), Guard.Positive(scale));
        using var drawn = weights.Uniform([outputs, Guard.Positive(features)], 1);
        weight = new Parameter(functional.normalize(drawn).DetachFromDisposeScope());
        register_parameter(nameof(weight), weight);
    }

    /// <summary>Classes K.</summary>
    public int Outputs { get; }

    /// <summary>Scale s of the cosines.</summary>
    public double Scale { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var directions = functional.normalize(weight);                             // [K, d]
        return functional.linear(functional.normalize(input), directions).mul(Scale).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public GraphValue Describe(NetworkGraphBuilder graph, string name, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        using var scope = NewDisposeScope();
        var directions = GraphTensors.FromTorch($"{name}.weight", functional.normalize(weight.detach()).mul(Scale));
        return graph.Linear(name, graph.L2Normalize(input, name: $"{name}.normalized"), directions);
    }
}
