using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ballast.Core;

namespace Ballast.Robustness.Faults;

/// <summary>Flips one bit of one stored number. A second flip of the same bit restores it, so that nothing has to be copied.</summary>
public static class BitFlip
{
    /// <summary>Number of bits of a format.</summary>
    public static int WidthOf(StorageFormat format) => format switch
    {
        StorageFormat.Float32 or StorageFormat.Int32 => 32,
        StorageFormat.Float16 or StorageFormat.BFloat16 => 16,
        _ => 8,
    };

    /// <summary>What a bit of a format stands for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bit lies outside the format's width.</exception>
    public static BitClass ClassOf(StorageFormat format, int bit)
    {
        var width = WidthOf(format);
        Guard.InRange(bit, 0, width - 1);
        if (bit == width - 1)
            return BitClass.Sign;
        var mantissa = format switch { StorageFormat.Float32 => 23, StorageFormat.Float16 => 10, StorageFormat.BFloat16 => 7, _ => 0 };
        return mantissa == 0 ? BitClass.Magnitude : bit >= mantissa ? BitClass.Exponent : BitClass.Mantissa;
    }

    /// <summary>Flips a bit of one element, of any type without references: the raw bits are exclusive-or'ed.</summary>
    /// <param name="values">The tensor.</param>
    /// <param name="element">Which element.</param>
    /// <param name="bit">Which of its bits; 0 is the least significant.</param>
    /// <exception cref="ArgumentOutOfRangeException">The element lies outside the tensor or the bit outside the width.</exception>
    public static void Flip<T>(Span<T> values, int element, int bit) where T : unmanaged
    {
        Guard.InRange(element, 0, values.Length - 1);
        Guard.InRange(bit, 0, 8 * Unsafe.SizeOf<T>() - 1);
        // Little-endian, as every file and every machine this runs on.
        MemoryMarshal.AsBytes(values.Slice(element, 1))[bit / 8] ^= (byte)(1 << (bit % 8));
    }

    /// <summary>The value with one bit flipped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bit lies outside the width.</exception>
    public static T Of<T>(T value, int bit) where T : unmanaged
    {
        Flip(new Span<T>(ref value), 0, bit);
        return value;
    }

    /// <summary>The number that <paramref name="bits"/> hold in a format.</summary>
    public static float Decode(StorageFormat format, uint bits) => format switch
    {
        StorageFormat.Float32 => BitConverter.UInt32BitsToSingle(bits),
        StorageFormat.Float16 => (float)BitConverter.UInt16BitsToHalf((ushort)bits),
        StorageFormat.BFloat16 => BitConverter.UInt32BitsToSingle(bits << 16),
        StorageFormat.Int8 => (sbyte)bits,
        _ => (int)bits,
    };

    /// <summary>The bits that hold a number in a format, rounded to nearest, ties to even; whole numbers saturate.</summary>
    public static uint Encode(StorageFormat format, float value)
    {
        switch (format)
        {
            case StorageFormat.Float32: return BitConverter.SingleToUInt32Bits(value);
            case StorageFormat.Float16: return BitConverter.HalfToUInt16Bits((Half)value);
            case StorageFormat.BFloat16:
                var bits = BitConverter.SingleToUInt32Bits(value);
                return float.IsNaN(value) ? (bits >> 16) | 0x40 : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
            case StorageFormat.Int8: return (byte)(sbyte)Math.Clamp(MathF.Round(value), sbyte.MinValue, sbyte.MaxValue);
            default: return (uint)(int)Math.Clamp(Math.Round((double)value), int.MinValue, int.MaxValue);
        }
    }
}
