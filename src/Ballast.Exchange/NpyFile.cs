using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Ballast.Core;

namespace Ballast.Exchange;

/// <summary>NumPy's <c>.npy</c> files: numbers of any width, either byte order, either axis order, format versions 1 to 3.</summary>
/// <remarks>
/// Format: NumPy Enhancement Proposal 1 and <c>numpy.lib.format</c>. The file must be exactly as long as its header says, which is
/// checked before memory is taken. Pickled objects are refused: nothing in a data file is ever run.
/// </remarks>
public static class NpyFile
{
    private const int ChunkBytes = 1 << 18;

    private static ReadOnlySpan<byte> Magic => "NUMPY"u8;

    /// <summary>Reads the header alone.</summary>
    /// <exception cref="DataFormatException">No npy file, or one whose length disagrees with its header.</exception>
    public static NpyHeader ReadHeader(string path)
    {
        using var stream = Open(path);
        return ReadHeader(stream, path);
    }

    /// <summary>Reads an array as <typeparamref name="T"/>, in row-major order whatever the file's.</summary>
    /// <typeparam name="T">A number type: floats round what they are given, integers accept only what they can hold exactly; booleans read as 0 and 1.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Stops between chunks.</param>
    /// <exception cref="DataFormatException">No npy file, a length that disagrees with the header, Python objects, or a value that <typeparamref name="T"/> cannot hold.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static DenseArray<T> Read<T>(string path, CancellationToken cancellation = default) where T : unmanaged, INumber<T>
    {
        using var stream = Open(path);
        return Read<T>(stream, path, cancellation);
    }

    /// <summary>Reads an array from a seekable stream that holds it and nothing after it.</summary>
    /// <param name="stream">Positioned at the first byte of the array's header.</param>
    /// <param name="name">What messages call the stream.</param>
    /// <param name="cancellation">Stops between chunks.</param>
    /// <exception cref="DataFormatException">As for a file.</exception>
    public static DenseArray<T> Read<T>(Stream stream, string name, CancellationToken cancellation = default) where T : unmanaged, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(stream);
        var header = ReadHeader(stream, name);
        var values = GC.AllocateUninitializedArray<T>(header.Count);
        var size = ElementCodec.SizeOf(header.ElementType);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            var perChunk = ChunkBytes / size;
            for (var start = 0; start < values.Length; start += perChunk)
            {
                cancellation.ThrowIfCancellationRequested();
                var count = Math.Min(perChunk, values.Length - start);
                var raw = buffer.AsSpan(0, count * size);
                ReadExactly(stream, raw, name);
                ElementCodec.Decode(header.ElementType, header.BigEndian, raw, values.AsSpan(start, count), name, start);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return new DenseArray<T>(header.Shape, header.FortranOrder && header.Shape.Count > 1 ? ToRowMajor(values, header.Shape) : values);
    }

    /// <summary>Writes an array as format version 1.0, little-endian, row-major; the file appears whole or not at all.</summary>
    /// <typeparam name="T">bool, an integer of 8 to 64 bits, Half, float or double.</typeparam>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="values">Row-major elements.</param>
    /// <param name="shape">Extent of each axis; none: one axis of all values.</param>
    /// <exception cref="ArgumentException">The shape's product is not the number of values.</exception>
    /// <exception cref="NotSupportedException">Another element type.</exception>
    public static void Write<T>(string path, ReadOnlyMemory<T> values, params int[] shape) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Length == 0)
            shape = [values.Length];
        if (shape.Aggregate(1L, (product, extent) => checked(product * Guard.NotNegative(extent, nameof(shape)))) != values.Length)
            throw new ArgumentException($"Shape ({string.Join(", ", shape)}) does not hold {values.Length} values.", nameof(shape));
        var header = HeaderBytes(Descr(ElementCodec.TypeOf<T>()), shape);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            if (BitConverter.IsLittleEndian)
                WriteRaw(stream, values.Span);
            else
                WriteReversed(stream, values.Span);
        });
    }

    private static FileStream Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            throw new DataFormatException(path, "a directory", "a file");
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
    }

    private static NpyHeader ReadHeader(Stream stream, string name)
    {
        Span<byte> head = stackalloc byte[12];
        var preamble = head[..8];
        if (stream.Length - stream.Position < 10)
            throw new DataFormatException(name, $"a file of {stream.Length - stream.Position} bytes", "a .npy file");
        ReadExactly(stream, preamble, name);
        if (preamble[0] != 0x93 || !preamble[1..6].SequenceEqual(Magic))
            throw new DataFormatException(name, "other first bytes", "the mark of a .npy file (\\x93NUMPY)");
        var (major, minor) = (preamble[6], preamble[7]);
        if (major is < 1 or > 3 || minor != 0)
            throw new DataFormatException(name, $"format version {major}.{minor}", "1.0, 2.0 or 3.0");

        var lengthBytes = head.Slice(8, major == 1 ? 2 : 4);
        ReadExactly(stream, lengthBytes, name);
        var length = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(lengthBytes) : BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (length > stream.Length - stream.Position)
            throw new DataFormatException(name, $"a header of {length} bytes in a file of {stream.Length}", "a header inside the file");
        var bytes = new byte[length];
        ReadExactly(stream, bytes, name);
        var header = new NpyHeaderParser((major == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes), name).Parse();

        var expected = (long)header.Count * ElementCodec.SizeOf(header.ElementType);
        var present = stream.Length - stream.Position;
        if (present != expected)
            throw new DataFormatException(name, $"{present} bytes of data", $"{expected} for shape ({string.Join(", ", header.Shape)}) of {header.ElementType}");
        return header;
    }

    // The length was checked, so this fails only where the file shrinks while it is read.
    private static void ReadExactly(Stream stream, Span<byte> destination, string name)
    {
        try
        {
            stream.ReadExactly(destination);
        }
        catch (EndOfStreamException error)
        {
            throw new DataFormatException(name, "the end of the file", "more data", inner: error);
        }
    }

    // Walks the file's order (first axis fastest) and scatters into strides of the last axis fastest.
    private static T[] ToRowMajor<T>(T[] values, IReadOnlyList<int> shape)
    {
        var strides = new int[shape.Count];
        var stride = 1;
        for (var axis = shape.Count - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= Math.Max(shape[axis], 1);
        }
        var ordered = GC.AllocateUninitializedArray<T>(values.Length);
        var index = new int[shape.Count];
        var target = 0;
        foreach (var value in values)
        {
            ordered[target] = value;
            for (var axis = 0; axis < index.Length; axis++)
            {
                target += strides[axis];
                if (++index[axis] < shape[axis])
                    break;
                target -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }
        return ordered;
    }

    private static byte[] HeaderBytes(string descr, int[] shape)
    {
        var tuple = shape.Length == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape)})";
        var dictionary = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {tuple}, }}";
        // Data begins at a multiple of 64 bytes, as numpy's own files do.
        var total = (10 + dictionary.Length + 1 + 63) / 64 * 64;
        var bytes = new byte[total];
        bytes.AsSpan().Fill((byte)' ');
        bytes[0] = 0x93;
        Magic.CopyTo(bytes.AsSpan(1));
        (bytes[6], bytes[7]) = (1, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), checked((ushort)(total - 10)));
        Encoding.ASCII.GetBytes(dictionary, bytes.AsSpan(10));
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    private static string Descr(ElementType type) => type switch
    {
        ElementType.Boolean => "|b1",
        ElementType.Int8 => "|i1",
        ElementType.UInt8 => "|u1",
        ElementType.Int16 => "<i2",
        ElementType.UInt16 => "<u2",
        ElementType.Int32 => "<i4",
        ElementType.UInt32 => "<u4",
        ElementType.Int64 => "<i8",
        ElementType.UInt64 => "<u8",
        ElementType.Float16 => "<f2",
        ElementType.Float32 => "<f4",
        _ => "<f8",
    };

    private static void WriteRaw<T>(Stream stream, ReadOnlySpan<T> values) where T : unmanaged
    {
        // Bytes of a long array exceed int.MaxValue; slices never do.
        const int slice = 1 << 24;
        for (var start = 0; start < values.Length; start += slice)
            stream.Write(MemoryMarshal.AsBytes(values.Slice(start, Math.Min(slice, values.Length - start))));
    }

    private static void WriteReversed<T>(Stream stream, ReadOnlySpan<T> values) where T : unmanaged
    {
        Span<T> one = stackalloc T[1];
        foreach (var value in values)
        {
            one[0] = value;
            var bytes = MemoryMarshal.AsBytes(one);
            bytes.Reverse();
            stream.Write(bytes);
        }
    }
}
