using Ballast.Learning.Networks;
using Ballast.Robustness.Bounds;
using static TorchSharp.torch;

namespace Ballast.Robustness.Certified;

/// <summary>How intervals and states stand before each ReLU of a trained network: which are active, inactive, unstable on boxes of inputs.</summary>
public static class ReluStates
{
    /// <summary>Each ReLU layer, over boxes in the network's unit.</summary>
    /// <param name="network">A network that describes itself, as it computes in evaluation mode.</param>
    /// <param name="box">[B, ...].</param>
    /// <exception cref="NotSupportedException">A part of the network has no bound.</exception>
    public static IReadOnlyList<LayerRegularity> Of(Network network, InputBox box)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(box);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var bounds = new TrainingBounds(network.ToGraph(), null, observes: false);
        bounds.Propagate(box, CertifiedBound.Ibp);
        return new CertifiedRegularizers().Terms(new InputBox(box.Lower.to(float64), box.Upper.to(float64)), bounds.ReluInputs).Layers;
    }
}
