using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ballast.Robustness.Faults.Integer;

/// <summary>Dot products of 16-bit numbers in wrapping 32-bit arithmetic.</summary>
/// <remarks>Lengths are multiples of <see cref="Block"/>, padded by zeros. Sums wrap modulo 2^32, so their order does not matter.</remarks>
internal static class IntegerKernels
{
    public const int Block = 32;

    public static int Padded(int length) => (length + Block - 1) / Block * Block;

    /// <summary>sums[i * stride] = start[i] + dot of row i and x, for every row.</summary>
    /// <param name="rows">[n, x.Length].</param>
    /// <param name="x">The vector.</param>
    /// <param name="start">n numbers to begin with.</param>
    /// <param name="sums">Receives the sums.</param>
    /// <param name="stride">Distance between sums.</param>
    public static void Multiply(ReadOnlySpan<short> rows, ReadOnlySpan<short> x, ReadOnlySpan<int> start, Span<int> sums, int stride)
    {
        var (i, length) = (0, x.Length);
        for (; i + 4 <= start.Length; i += 4)
        {
            var four = Dot4(rows.Slice(i * length, 4 * length), x);
            sums[i * stride] = start[i] + four[0];
            sums[(i + 1) * stride] = start[i + 1] + four[1];
            sums[(i + 2) * stride] = start[i + 2] + four[2];
            sums[(i + 3) * stride] = start[i + 3] + four[3];
        }
        for (; i < start.Length; i++)
            sums[i * stride] = start[i] + Dot(rows.Slice(i * length, length), x);
    }

    // Four rows share each load of x, and one tree of additions.
    private static Vector128<int> Dot4(ReadOnlySpan<short> rows, ReadOnlySpan<short> x)
    {
        var length = x.Length;
        if (!Avx2.IsSupported)
            return Vector128.Create(Dot(rows[..length], x), Dot(rows.Slice(length, length), x), Dot(rows.Slice(2 * length, length), x), Dot(rows[(3 * length)..], x));
        ref var w = ref MemoryMarshal.GetReference(rows);
        ref var v = ref MemoryMarshal.GetReference(x);
        var (a, b, c, d) = (Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero);
        for (var j = 0; j < length; j += 16)
        {
            var xs = Vector256.LoadUnsafe(ref v, (nuint)j);
            a += Avx2.MultiplyAddAdjacent(Vector256.LoadUnsafe(ref w, (nuint)j), xs);
            b += Avx2.MultiplyAddAdjacent(Vector256.LoadUnsafe(ref w, (nuint)(j + length)), xs);
            c += Avx2.MultiplyAddAdjacent(Vector256.LoadUnsafe(ref w, (nuint)(j + 2 * length)), xs);
            d += Avx2.MultiplyAddAdjacent(Vector256.LoadUnsafe(ref w, (nuint)(j + 3 * length)), xs);
        }
        var sums = Avx2.HorizontalAdd(Avx2.HorizontalAdd(a, b), Avx2.HorizontalAdd(c, d));
        return sums.GetLower() + sums.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Dot(ReadOnlySpan<short> a, ReadOnlySpan<short> b)
    {
        var sums = Vector128<int>.Zero;
        ref var u = ref MemoryMarshal.GetReference(a);
        ref var v = ref MemoryMarshal.GetReference(b);
        for (var j = 0; j < a.Length; j += 8)
        {
            var (left, right) = (Vector128.LoadUnsafe(ref u, (nuint)j), Vector128.LoadUnsafe(ref v, (nuint)j));
            sums += Vector128.WidenLower(left) * Vector128.WidenLower(right) + Vector128.WidenUpper(left) * Vector128.WidenUpper(right);
        }
        return Vector128.Sum(sums);
    }
}
