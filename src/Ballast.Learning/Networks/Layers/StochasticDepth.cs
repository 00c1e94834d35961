using static TorchSharp.torch;

namespace Ballast.Learning.Networks.Layers;

/// <summary>Stochastic depth (Huang et al. 2016), a sample at a time: while training a sample's residual branch is 0 with probability p and otherwise divided by 1-p.</summary>
/// <param name="probability">Probability p of a zero, in [0, 1).</param>
/// <param name="seed">The network's seed.</param>
/// <param name="layer">Which of the network's layers that draw.</param>
public sealed class StochasticDepth(double probability, long seed, int layer) : RandomMask("stochastic depth", probability, seed, layer)
{
    /// <inheritdoc/>
    protected override long[] MaskShape(Tensor input)
    {
        var shape = new long[input.dim()];
        Array.Fill(shape, 1);
        shape[0] = input.shape[0];
        return shape;
    }
}
