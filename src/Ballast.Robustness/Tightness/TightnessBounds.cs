using static TorchSharp.torch;

namespace Ballast.Robustness.Tightness;

/// <summary>Propagation tightness of each row of a specification on each box.</summary>
/// <param name="Ratio">[B, R] in [0, 1]: the first radius over the second.</param>
/// <param name="OptimalRadius">[B, R]: half-width of the exact box at the output of the linear network.</param>
/// <param name="LayerwiseRadius">[B, R]: half-width that interval propagation gives it, layer by layer.</param>
public sealed record TightnessBounds(Tensor Ratio, Tensor OptimalRadius, Tensor LayerwiseRadius) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Ratio.Dispose();
        OptimalRadius.Dispose();
        LayerwiseRadius.Dispose();
    }
}
