using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ballast.Evaluation.Calibration;

/// <summary>Sums of a resample: each value as often as its row was drawn.</summary>
internal static class MultiplicitySum
{
    /// <summary>sum of m_i x_i.</summary>
    public static double Of(ReadOnlySpan<byte> multiplicities, ReadOnlySpan<double> values)
    {
        ref var counts = ref MemoryMarshal.GetReference(multiplicities);
        ref var numbers = ref MemoryMarshal.GetReference(values);
        var (first, second) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var i = 0;
        for (; i + 8 <= values.Length; i += 8)
        {
            var wide = Vector128.WidenLower(Vector128.CreateScalarUnsafe(EightBytes(ref counts, i)).AsByte());
            var (low, high) = Vector128.Widen(wide.AsInt16());
            first += Vector256.ConvertToDouble(Vector256.WidenLower(low.ToVector256Unsafe())) * Vector256.LoadUnsafe(ref numbers, (nuint)i);
            second += Vector256.ConvertToDouble(Vector256.WidenLower(high.ToVector256Unsafe())) * Vector256.LoadUnsafe(ref numbers, (nuint)(i + 4));
        }
        var sum = Vector256.Sum(first + second);
        for (; i < values.Length; i++)
            sum += multiplicities[i] * values[i];
        return sum;
    }

    private static ulong EightBytes(ref byte start, int offset) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, offset));
}
