namespace Ballast.Exchange;

/// <summary>What the head of a <c>.npy</c> file says of its array.</summary>
/// <param name="ElementType">Kind of number.</param>
/// <param name="BigEndian">Whether the most significant byte comes first.</param>
/// <param name="FortranOrder">Whether the first axis runs fastest in the file.</param>
/// <param name="Shape">Extent of each axis; empty for a single value.</param>
public sealed record NpyHeader(ElementType ElementType, bool BigEndian, bool FortranOrder, IReadOnlyList<int> Shape)
{
    /// <summary>Number of elements: the product of the extents, checked when the header was read.</summary>
    public int Count { get; } = Shape.Contains(0) ? 0 : Shape.Aggregate(1, (product, extent) => checked(product * extent));
}
