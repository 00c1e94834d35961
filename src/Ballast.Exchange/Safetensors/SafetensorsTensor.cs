using System.Runtime.InteropServices;
using Ballast.Exchange.Networks;

namespace Ballast.Exchange.Safetensors;

/// <summary>A tensor to be written. The memory given is kept, not copied, until it is written.</summary>
public sealed class SafetensorsTensor
{
    // A stream takes at most so many bytes at once.
    private const int ChunkElements = 1 << 24;

    private readonly Action<Stream> write;

    private SafetensorsTensor(string name, SafetensorsType type, Extents shape, long count, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.HasBatch || shape.Any(extent => extent < 0) || shape.Product != count)
            throw new ArgumentException($"Tensor '{name}' of shape {shape} cannot hold {count} values.", nameof(shape));
        (Name, Type, Shape, this.write) = (name, type, shape, write);
    }

    /// <summary>Its name in the file.</summary>
    public string Name { get; }

    /// <summary>Element type.</summary>
    public SafetensorsType Type { get; }

    /// <summary>Extents; empty for a single value.</summary>
    public Extents Shape { get; }

    /// <summary>Length in bytes.</summary>
    public long ByteCount => Shape.Product * SafetensorsTypes.SizeOf(Type);

    /// <summary>Numbers of any type that the format holds bit by bit.</summary>
    /// <exception cref="ArgumentException">The shape does not hold the values.</exception>
    /// <exception cref="NotSupportedException">The format has no such type.</exception>
    public static SafetensorsTensor Of<T>(string name, Extents shape, ReadOnlyMemory<T> values) where T : unmanaged =>
        new(name, SafetensorsTypes.TypeOf<T>(), shape, values.Length, stream => WriteAll(stream, values));

    /// <summary>Raw little-endian bytes of any element type, also of those that .NET lacks.</summary>
    /// <exception cref="ArgumentException">The shape does not hold the bytes.</exception>
    public static SafetensorsTensor Raw(string name, SafetensorsType type, Extents shape, ReadOnlyMemory<byte> bytes) =>
        bytes.Length % SafetensorsTypes.SizeOf(type) == 0
            ? new(name, type, shape, bytes.Length / SafetensorsTypes.SizeOf(type), stream => WriteAll(stream, bytes))
            : throw new ArgumentException($"{bytes.Length} bytes are no whole number of {type}.", nameof(bytes));

    /// <summary>A tensor of a network, in the type it has there.</summary>
    public static SafetensorsTensor Of(GraphTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.Type switch
        {
            ElementType.Float32 => Of(tensor.Name, tensor.Shape, tensor.Values),
            ElementType.Float64 => Of(tensor.Name, tensor.Shape, tensor.Doubles),
            ElementType.Int32 => Of<int>(tensor.Name, tensor.Shape, Array.ConvertAll(tensor.Integers.ToArray(), value => (int)value)),
            ElementType.Boolean => Of<bool>(tensor.Name, tensor.Shape, Array.ConvertAll(tensor.Integers.ToArray(), value => value != 0)),
            _ => Of(tensor.Name, tensor.Shape, tensor.Integers),
        };
    }

    internal void WriteTo(Stream stream) => write(stream);

    private static void WriteAll<T>(Stream stream, ReadOnlyMemory<T> values) where T : unmanaged
    {
        for (var start = 0; start < values.Length; start += ChunkElements)
            stream.Write(MemoryMarshal.AsBytes(values.Span.Slice(start, Math.Min(ChunkElements, values.Length - start))));
    }
}
