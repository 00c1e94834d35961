using static TorchSharp.torch;

namespace Ballast.Learning.Networks.Layers;

/// <summary>Dropout (Srivastava et al. 2014) in its inverted form: while training each value is 0 with probability p and otherwise divided by 1-p.</summary>
/// <remarks>The masks come from the network's seed and the step, not from torch's generator: see <see cref="IStochasticModule"/>.</remarks>
/// <param name="probability">Probability p of a zero, in [0, 1).</param>
/// <param name="seed">The network's seed.</param>
/// <param name="layer">Which of the network's layers that draw.</param>
public sealed class Dropout(double probability, long seed, int layer) : RandomMask("dropout", probability, seed, layer)
{
    /// <inheritdoc/>
    protected override long[] MaskShape(Tensor input) => input.shape;
}
