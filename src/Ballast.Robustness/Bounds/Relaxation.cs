using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>Two lines around a function on the interval of each neuron: below, <c>LowerSlope x + LowerIntercept</c>; above, <c>UpperSlope x + UpperIntercept</c>. All [B, ...].</summary>
/// <param name="LowerSlope">Slope of the line below.</param>
/// <param name="LowerIntercept">Null for 0.</param>
/// <param name="UpperSlope">Slope of the line above.</param>
/// <param name="UpperIntercept">Where the line above meets 0.</param>
internal sealed record Relaxation(Tensor LowerSlope, Tensor? LowerIntercept, Tensor UpperSlope, Tensor UpperIntercept)
{
    /// <summary>Each row's own: [B, ...] to [P, ...] for the box of each row; itself when there is one box.</summary>
    public Relaxation Of(Tensor? owner) => owner is null ? this : new Relaxation(
        LowerSlope.index_select(0, owner), LowerIntercept?.index_select(0, owner), UpperSlope.index_select(0, owner), UpperIntercept.index_select(0, owner));

    /// <summary>The same in another element type.</summary>
    public Relaxation To(ScalarType type) => new(LowerSlope.to(type), LowerIntercept?.to(type), UpperSlope.to(type), UpperIntercept.to(type));

    /// <summary>Moves the tensors that belong to a scope to the one around it; leaves others where they are.</summary>
    public void MoveToOuter(DisposeScope scope) => scope.MoveToOuter(new Tensor?[] { LowerSlope, LowerIntercept, UpperSlope, UpperIntercept }.OfType<Tensor>());
}
