using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>What is known of one step's results: an interval of each, by its ends or, where rounding is ignored, by its middle and its reach to either side.</summary>
internal sealed class NodeBounds
{
    private readonly Tensor first, second;
    private readonly bool isCentered;

    private NodeBounds(Tensor first, Tensor second, Tensor? size, bool isCentered) => (this.first, this.second, Size, this.isCentered) = (first, second, size, isCentered);

    /// <summary>Intervals by their ends.</summary>
    /// <param name="lower">[B, ...].</param>
    /// <param name="upper">[B, ...].</param>
    /// <param name="size">[B]: no result, and no sum of absolute values of the terms it is made of, is greater. Null where rounding is ignored.</param>
    public NodeBounds(Tensor lower, Tensor upper, Tensor? size) : this(lower, upper, size, isCentered: false)
    {
    }

    /// <summary>[B, ...]. Computed at every call for intervals that are kept by their middle.</summary>
    public Tensor Lower => isCentered ? first - second : first;

    /// <summary>[B, ...], likewise.</summary>
    public Tensor Upper => isCentered ? first + second : second;

    /// <summary>[B]; null where rounding is ignored.</summary>
    public Tensor? Size { get; }

    /// <summary>Middle and reach, [B, ...]. Computed at every call for intervals that are kept by their ends.</summary>
    public (Tensor Middle, Tensor Reach) Centered => isCentered ? (first, second) : ((first + second) * 0.5, (second - first) * 0.5);

    /// <summary>Intervals by their middle and their reach, rounding ignored.</summary>
    /// <param name="middle">[B, ...].</param>
    /// <param name="reach">[B, ...], at least 0.</param>
    public static NodeBounds Around(Tensor middle, Tensor reach) => new(middle, reach, null, isCentered: true);

    /// <summary>The same, kept by the ends.</summary>
    public NodeBounds ByEnds() => isCentered ? new NodeBounds(Lower, Upper, null) : this;

    /// <summary>Greatest absolute value, [B].</summary>
    public static Tensor Greatest(Tensor lower, Tensor upper) => maximum(lower.abs(), upper.abs()).flatten(1).amax([1]);

    /// <summary>Moves the tensors that belong to a scope to the one around it; leaves others where they are.</summary>
    public void MoveToOuter(DisposeScope scope) => scope.MoveToOuter(new Tensor?[] { first, second, Size }.OfType<Tensor>());
}
