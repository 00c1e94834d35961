using Ballast.Exchange.Networks;

namespace Ballast.Exchange.Safetensors;

/// <summary>What the header of a file says about one tensor.</summary>
/// <param name="Name">Unique in the file.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Extents; empty for a single value.</param>
/// <param name="Offset">Of the first byte, from the end of the header.</param>
/// <param name="ByteCount">Length in bytes.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsType Type, Extents Shape, long Offset, long ByteCount)
{
    /// <summary>Number of elements.</summary>
    public long Count => ByteCount / SafetensorsTypes.SizeOf(Type);
}
