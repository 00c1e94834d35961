using System.Buffers.Binary;
using System.Numerics;
using Ballast.Core;
using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.GZip;

namespace Ballast.Exchange;

/// <summary>IDX files, the format of MNIST and its kin: a big-endian array of any rank, plain or gzipped (told by content, not by name).</summary>
/// <remarks>
/// Format: LeCun, Cortes and Burges, "The MNIST database". A plain file must be exactly as long as its header says. A gzipped one
/// does not tell its length, so memory grows with what is really read, and a header beyond deflate's greatest ratio is refused.
/// </remarks>
public static class IdxFile
{
    private const int ChunkBytes = 1 << 20;

    // RFC 1951 codes at most 258 bytes in 2 bits.
    private const long MaxDeflateRatio = 1032;

    /// <summary>Reads an array as <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">A number type: floats round what they are given, integers accept only what they can hold exactly.</typeparam>
    /// <param name="path">The file, gzipped or not.</param>
    /// <param name="cancellation">Stops between chunks.</param>
    /// <exception cref="DataFormatException">No IDX file, one whose length disagrees with its header, or a value that <typeparamref name="T"/> cannot hold.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static DenseArray<T> Read<T>(string path, CancellationToken cancellation = default) where T : unmanaged, INumber<T>
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = File.OpenRead(path);
        return Read<T>(file, path, cancellation);
    }

    /// <summary>Reads an array from a seekable stream that holds it and nothing after it.</summary>
    /// <param name="stream">Positioned at the first byte, of gzip or of the array.</param>
    /// <param name="name">What messages call the stream.</param>
    /// <param name="cancellation">Stops between chunks.</param>
    /// <exception cref="DataFormatException">As for a file.</exception>
    public static DenseArray<T> Read<T>(Stream stream, string name, CancellationToken cancellation = default) where T : unmanaged, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(stream);
        var length = stream.Length - stream.Position;
        Span<byte> mark = stackalloc byte[2];
        var gzipped = stream.ReadAtLeast(mark, 2, throwOnEndOfStream: false) == 2 && mark[0] == 0x1F && mark[1] == 0x8B;
        stream.Seek(-Math.Min(2, length), SeekOrigin.Current);
        if (!gzipped)
            return ReadArray<T>(stream, name, length, exact: true, cancellation);
        try
        {
            // The runtime's own stream takes a truncated file for a short one; this one wants the checksum and the length at its end.
            using var inflated = new GZipInputStream(stream, 1 << 16) { IsStreamOwner = false };
            return ReadArray<T>(inflated, name, length * MaxDeflateRatio, exact: false, cancellation);
        }
        catch (Exception error) when (error is SharpZipBaseException or EndOfStreamException or ArgumentException or IndexOutOfRangeException)
        {
            throw new DataFormatException(name, "damaged or truncated gzip data", "a whole gzipped IDX file", inner: error);
        }
    }

    private static DenseArray<T> ReadArray<T>(Stream stream, string name, long available, bool exact, CancellationToken cancellation)
        where T : unmanaged, INumber<T>
    {
        Span<byte> head = stackalloc byte[4];
        ReadExactly(stream, head, name);
        if (head[0] != 0 || head[1] != 0)
            throw new DataFormatException(name, "other first bytes", "the mark of an IDX file (two zero bytes)");
        var type = TypeOf(head[2], name);
        var shape = new int[head[3]];
        var bytes = (long)ElementCodec.SizeOf(type);
        available -= 4 + 4 * shape.Length;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            ReadExactly(stream, head, name);
            shape[axis] = BinaryPrimitives.ReadInt32BigEndian(head);
            if (shape[axis] < 0 || (bytes = Saturating(bytes, shape[axis])) > Math.Max(available, 0))
                throw new DataFormatException(name, $"extent {shape[axis]} of axis {axis}", "a size that the file can hold");
        }
        if (exact && bytes != available)
            throw new DataFormatException(name, $"{available} bytes of data", $"{bytes} for shape ({string.Join(", ", shape)})");
        if (bytes / ElementCodec.SizeOf(type) > Array.MaxLength)
            throw new DataFormatException(name, $"shape ({string.Join(", ", shape)})", $"at most {Array.MaxLength} elements");

        var values = ReadValues<T>(stream, name, type, (int)(bytes / ElementCodec.SizeOf(type)), exact, cancellation);
        if (stream.ReadByte() >= 0)
            throw new DataFormatException(name, "data after the array", $"{bytes} bytes for shape ({string.Join(", ", shape)})");
        return new DenseArray<T>(shape, values);
    }

    private static T[] ReadValues<T>(Stream stream, string name, ElementType type, int count, bool exact, CancellationToken cancellation)
        where T : unmanaged, INumber<T>
    {
        var size = ElementCodec.SizeOf(type);
        var perChunk = ChunkBytes / size;
        var buffer = new byte[Math.Min(perChunk, count) * size];
        var values = new T[exact ? count : Math.Min(count, perChunk)];
        for (var start = 0; start < count; start += perChunk)
        {
            cancellation.ThrowIfCancellationRequested();
            var take = Math.Min(perChunk, count - start);
            ReadExactly(stream, buffer.AsSpan(0, take * size), name);
            if (values.Length < start + take)
                Array.Resize(ref values, (int)Math.Min(count, Math.Max(start + take, 2L * values.Length)));
            ElementCodec.Decode(type, bigEndian: true, buffer.AsSpan(0, take * size), values.AsSpan(start, take), name, start);
        }
        return values;
    }

    private static long Saturating(long product, int factor) =>
        factor != 0 && product > long.MaxValue / factor ? long.MaxValue : product * factor;

    private static void ReadExactly(Stream stream, Span<byte> destination, string name)
    {
        if (stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) < destination.Length)
            throw new DataFormatException(name, "the end of the file", "more data");
    }

    private static ElementType TypeOf(byte code, string name) => code switch
    {
        0x08 => ElementType.UInt8,
        0x09 => ElementType.Int8,
        0x0B => ElementType.Int16,
        0x0C => ElementType.Int32,
        0x0D => ElementType.Float32,
        0x0E => ElementType.Float64,
        _ => throw new DataFormatException(name, $"element type 0x{code:X2}", "0x08, 0x09, 0x0B, 0x0C, 0x0D or 0x0E"),
    };
}
