using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>Lines around the maximum of each window, [B, c, L].</summary>
/// <param name="Places">Position in the plane of the element with the greatest lower bound: the line below.</param>
/// <param name="Wins">1 where that element is the maximum whatever the input, so that it is the line above too; else 0.</param>
/// <param name="Greatest">The greatest upper bound: the line above otherwise.</param>
internal sealed record MaxPoolRelaxation(Tensor Places, Tensor Wins, Tensor Greatest)
{
    /// <summary>Moves the tensors that belong to a scope to the one around it; leaves others where they are.</summary>
    public void MoveToOuter(DisposeScope scope) => scope.MoveToOuter(new Tensor?[] { Places, Wins, Greatest }.OfType<Tensor>());
}
