using Ballast.Exchange.Networks;

namespace Ballast.Exchange.Onnx.Parts;

/// <summary>A weight as an ONNX file stores it.</summary>
/// <param name="Name">The initialiser's name.</param>
/// <param name="Number">How each element is stored.</param>
/// <param name="Shape">Extents; empty for a single value.</param>
/// <param name="Raw">The elements, little-endian, row-major.</param>
public sealed record OnnxWeight(string Name, StoredNumber Number, Extents Shape, ReadOnlyMemory<byte> Raw)
{
    /// <summary>Number of elements.</summary>
    public int Count => (int)Shape.Product;

    /// <summary>Bytes of one element.</summary>
    public int Size => SizeOf(Number);

    internal static int SizeOf(StoredNumber number) => number switch
    {
        StoredNumber.Int8 or StoredNumber.UInt8 => 1,
        StoredNumber.Float16 or StoredNumber.BFloat16 => 2,
        StoredNumber.Float64 => 8,
        _ => 4,
    };
}
