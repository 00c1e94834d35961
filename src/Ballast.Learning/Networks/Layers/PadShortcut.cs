using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks.Layers;

/// <summary>Shortcut of option A in He et al. 2016: every second row and column, and zeros for the new channels, half of them before and half after the old.</summary>
/// <param name="stride">Step between the pixels kept.</param>
/// <param name="newChannels">Channels to add; even.</param>
internal sealed class PadShortcut(int stride, int newChannels) : Module<Tensor, Tensor>("pad shortcut"), IDescribedModule
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var kept = input.slice(2, 0, long.MaxValue, stride).slice(3, 0, long.MaxValue, stride);
        return functional.pad(kept, [0, 0, 0, 0, newChannels / 2, newChannels / 2]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public GraphValue Describe(NetworkGraphBuilder graph, string name, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var kept = input;
        for (var axis = 2; axis < 4 && stride > 1; axis++)
            kept = graph.Apply(new SliceOperator(axis, 0, (graph.TypeOf(kept).Shape[axis] + stride - 1) / stride, stride), $"{name}.axis{axis}", kept);
        return graph.Pad(kept, [newChannels / 2, 0, 0], [newChannels / 2, 0, 0], name: name);
    }
}
