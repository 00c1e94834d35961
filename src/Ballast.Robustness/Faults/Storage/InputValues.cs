using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Ballast.Robustness.Faults.Storage;

/// <summary>Numbers of single precision as a network's input takes them, and its scores back.</summary>
internal static class InputValues
{
    public static bool IsKnown(int type) => (TensorElementType)type is TensorElementType.Float or TensorElementType.Double or TensorElementType.Float16 or TensorElementType.Int64 or TensorElementType.Int32
        or TensorElementType.Int8 or TensorElementType.UInt8 or TensorElementType.Bool;

    /// <exception cref="ArgumentException">The input takes whole numbers, and one is none or out of range.</exception>
    public static byte[] Bytes(int type, ReadOnlySpan<float> values) => (TensorElementType)type switch
    {
        TensorElementType.Float => MemoryMarshal.AsBytes(values).ToArray(),
        TensorElementType.Double => Each(values, value => (double)value),
        TensorElementType.Float16 => Each(values, value => (Half)value),
        TensorElementType.Int64 => Each(values, value => (long)Whole(value, -(1L << 53), 1L << 53)),
        TensorElementType.Int32 => Each(values, value => (int)Whole(value, int.MinValue, int.MaxValue)),
        TensorElementType.Int8 => Each(values, value => (sbyte)Whole(value, sbyte.MinValue, sbyte.MaxValue)),
        TensorElementType.Bool => Each(values, value => (byte)Whole(value, 0, 1)),
        _ => Each(values, value => (byte)Whole(value, 0, 255)),
    };

    /// <summary>Null where the elements are no real numbers.</summary>
    public static float[]? Scores(TensorElementType type, ReadOnlySpan<byte> bytes) => type switch
    {
        TensorElementType.Float => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
        TensorElementType.Double => [.. MemoryMarshal.Cast<byte, double>(bytes).ToArray().Select(Narrowed)],
        TensorElementType.Float16 => [.. MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(value => (float)value)],
        TensorElementType.BFloat16 => [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(value => BitFlip.Decode(StorageFormat.BFloat16, value))],
        _ => null,
    };

    // What is finite stays so: beyond single precision is no infinity of the network's.
    private static float Narrowed(double value) => double.IsFinite(value) ? (float)Math.Clamp(value, float.MinValue, float.MaxValue) : (float)value;

    private static byte[] Each<T>(ReadOnlySpan<float> values, Func<float, T> convert) where T : unmanaged
    {
        var converted = new T[values.Length];
        for (var i = 0; i < converted.Length; i++)
            converted[i] = convert(values[i]);
        return MemoryMarshal.AsBytes<T>(converted).ToArray();
    }

    private static float Whole(float value, double low, double high) =>
        value == MathF.Floor(value) && value >= low && value <= high ? value : throw new ArgumentException(FormattableString.Invariant($"The network takes whole numbers from {low:0} to {high:0}; {value} was given."));
}
