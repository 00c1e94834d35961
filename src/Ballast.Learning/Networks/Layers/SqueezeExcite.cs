using Ballast.Exchange.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks.Layers;

/// <summary>Squeeze-excite (Hu et al. 2018): each channel times a gate in (0, 1) computed from the means of all channels.</summary>
internal sealed class SqueezeExcite : Module<Tensor, Tensor>, IDescribedModule
{
    private readonly Conv2d fc1, fc2;

    /// <summary>[B, channels, h, w] to the same through <paramref name="squeezed"/> channels.</summary>
    public SqueezeExcite(int channels, int squeezed, Initialization weights) : base("squeeze-excite")
    {
        fc1 = weights.Conv2d(new(channels, squeezed, 1) { HasBias = true }, WeightRule.KaimingFanOut);
        fc2 = weights.Conv2d(new(squeezed, channels, 1) { HasBias = true }, WeightRule.KaimingFanOut);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var squeezed = functional.silu(fc1.call(input.mean([2, 3], keepdim: true)));   // [B, q, 1, 1]
        var gates = fc2.call(squeezed).sigmoid();                                       // [B, e, 1, 1]
        return (input * gates).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public GraphValue Describe(NetworkGraphBuilder graph, string name, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var squeezed = graph.Silu(graph.Add($"{name}.fc1", fc1, graph.GlobalAveragePool(input, $"{name}.avgpool")), $"{name}.activation");
        return graph.Multiply(input, graph.Sigmoid(graph.Add($"{name}.fc2", fc2, squeezed), $"{name}.gate"), name);
    }
}
