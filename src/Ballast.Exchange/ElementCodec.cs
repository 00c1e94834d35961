using System.Buffers.Binary;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Ballast.Core;

namespace Ballast.Exchange;

/// <summary>Stored bytes to numbers: byte order and widening in bulk, narrowing to an integer only where it is exact.</summary>
internal static class ElementCodec
{
    public static int SizeOf(ElementType type) => type switch
    {
        ElementType.Boolean or ElementType.Int8 or ElementType.UInt8 => 1,
        ElementType.Int16 or ElementType.UInt16 or ElementType.Float16 => 2,
        ElementType.Int32 or ElementType.UInt32 or ElementType.Float32 => 4,
        _ => 8,
    };

    public static ElementType TypeOf<T>() =>
        typeof(T) == typeof(bool) ? ElementType.Boolean
        : typeof(T) == typeof(sbyte) ? ElementType.Int8
        : typeof(T) == typeof(byte) ? ElementType.UInt8
        : typeof(T) == typeof(short) ? ElementType.Int16
        : typeof(T) == typeof(ushort) ? ElementType.UInt16
        : typeof(T) == typeof(int) ? ElementType.Int32
        : typeof(T) == typeof(uint) ? ElementType.UInt32
        : typeof(T) == typeof(long) ? ElementType.Int64
        : typeof(T) == typeof(ulong) ? ElementType.UInt64
        : typeof(T) == typeof(Half) ? ElementType.Float16
        : typeof(T) == typeof(float) ? ElementType.Float32
        : typeof(T) == typeof(double) ? ElementType.Float64
        : throw new NotSupportedException($"Arrays of {typeof(T)} cannot be read or written.");

    // Decodes raw (whose byte order is mended in place) into destination; an error counts elements from firstElement.
    public static void Decode<T>(ElementType type, bool bigEndian, Span<byte> raw, Span<T> destination, string file, long firstElement)
        where T : unmanaged, INumber<T>
    {
        if (bigEndian == BitConverter.IsLittleEndian)
            Reverse(raw, SizeOf(type));
        switch (type)
        {
            case ElementType.Boolean:
                RequireBooleans(raw, file, firstElement);
                Convert<byte, T>(raw, destination, file, firstElement);
                break;
            case ElementType.Int8: Convert<sbyte, T>(raw, destination, file, firstElement); break;
            case ElementType.UInt8: Convert<byte, T>(raw, destination, file, firstElement); break;
            case ElementType.Int16: Convert<short, T>(raw, destination, file, firstElement); break;
            case ElementType.UInt16: Convert<ushort, T>(raw, destination, file, firstElement); break;
            case ElementType.Int32: Convert<int, T>(raw, destination, file, firstElement); break;
            case ElementType.UInt32: Convert<uint, T>(raw, destination, file, firstElement); break;
            case ElementType.Int64: Convert<long, T>(raw, destination, file, firstElement); break;
            case ElementType.UInt64: Convert<ulong, T>(raw, destination, file, firstElement); break;
            case ElementType.Float16: Convert<Half, T>(raw, destination, file, firstElement); break;
            case ElementType.Float32: Convert<float, T>(raw, destination, file, firstElement); break;
            default: Convert<double, T>(raw, destination, file, firstElement); break;
        }
    }

    private static void Convert<TStored, T>(Span<byte> raw, Span<T> destination, string file, long firstElement)
        where TStored : unmanaged, INumber<TStored>
        where T : unmanaged, INumber<T>
    {
        ReadOnlySpan<TStored> stored = MemoryMarshal.Cast<byte, TStored>(raw);
        if (typeof(TStored) == typeof(T))
            MemoryMarshal.Cast<TStored, T>(stored).CopyTo(destination);
        else if (typeof(T) == typeof(double) || typeof(T) == typeof(float) || typeof(T) == typeof(Half))
            TensorPrimitives.ConvertTruncating(stored, destination);
        else
            ConvertExactly(stored, destination, file, firstElement);
    }

    private static void ConvertExactly<TStored, T>(ReadOnlySpan<TStored> stored, Span<T> destination, string file, long firstElement)
        where TStored : unmanaged, INumber<TStored>
        where T : unmanaged, INumber<T>
    {
        var i = 0;
        try
        {
            for (; i < stored.Length; i++)
            {
                destination[i] = T.CreateChecked(stored[i]);
                if (TStored.CreateTruncating(destination[i]) != stored[i])
                    throw new OverflowException();
            }
        }
        catch (OverflowException)
        {
            throw new DataFormatException(
                file, $"{stored[i]} at element {firstElement + i}", $"whole numbers between {Bound<T>(-1)} and {Bound<T>(1)}");
        }
    }

    private static T Bound<T>(int sign) where T : INumber<T> => T.CreateSaturating(sign * 1e300);

    private static void RequireBooleans(ReadOnlySpan<byte> raw, string file, long firstElement)
    {
        var odd = raw.IndexOfAnyExceptInRange((byte)0, (byte)1);
        if (odd >= 0)
            throw new DataFormatException(file, $"byte {raw[odd]} as boolean element {firstElement + odd}", "0 or 1");
    }

    private static void Reverse(Span<byte> raw, int size)
    {
        switch (size)
        {
            case 2:
                var shorts = MemoryMarshal.Cast<byte, short>(raw);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                var ints = MemoryMarshal.Cast<byte, int>(raw);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 8:
                var longs = MemoryMarshal.Cast<byte, long>(raw);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}
