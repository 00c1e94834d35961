using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>What is known of one step's results.</summary>
/// <param name="Lower">[B, ...].</param>
/// <param name="Upper">[B, ...].</param>
/// <param name="Size">[B]: no result, and no sum of absolute values of the terms it is made of, is greater. Null where rounding is ignored.</param>
internal sealed record NodeBounds(Tensor Lower, Tensor Upper, Tensor? Size)
{
    /// <summary>Greatest absolute value, [B].</summary>
    public static Tensor Greatest(Tensor lower, Tensor upper) => maximum(lower.abs(), upper.abs()).flatten(1).amax([1]);

    /// <summary>Moves the tensors that belong to a scope to the one around it; leaves others where they are.</summary>
    public void MoveToOuter(DisposeScope scope) => scope.MoveToOuter(new Tensor?[] { Lower, Upper, Size }.OfType<Tensor>());
}
