using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>Bounds of a specification's rows on each box.</summary>
/// <param name="Lower">[B, R]: no row is less. Minus infinity where nothing is known.</param>
/// <param name="Upper">[B, R]: no row is greater. Infinity where nothing is known.</param>
public sealed record OutputBounds(Tensor Lower, Tensor Upper) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Lower.Dispose();
        Upper.Dispose();
    }
}
