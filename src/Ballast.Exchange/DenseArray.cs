namespace Ballast.Exchange;

/// <summary>An array of any rank in row-major order (last axis fastest).</summary>
/// <param name="Shape">Extent of each axis; empty for a single value.</param>
/// <param name="Values">The elements: as many as the product of the extents.</param>
public sealed record DenseArray<T>(IReadOnlyList<int> Shape, T[] Values);
