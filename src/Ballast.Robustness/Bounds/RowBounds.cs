using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>What a backward pass found.</summary>
/// <param name="Lower">[P]: no row is less on its box. Minus infinity where nothing is known.</param>
/// <param name="Coefficients">[P, ...]: the linear function of the input that is below the row.</param>
internal sealed record RowBounds(Tensor Lower, Tensor Coefficients);
