using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ballast.Data.LabelErrors;

/// <summary>What one look at a row of probabilities tells of its given label.</summary>
/// <param name="Self">Probability of the given label.</param>
/// <param name="Other">Largest probability of another class.</param>
/// <param name="Confident">Number of classes at or above their confident thresholds.</param>
/// <param name="FirstConfident">The first such class; meaningless when there is none.</param>
internal readonly record struct RowSummary(double Self, double Other, int Confident, int FirstConfident)
{
    /// <summary>The most probable class, the first on ties.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ArgMax(ReadOnlySpan<double> row, int label) => Self > Other ? label : row.IndexOf(Other);

    /// <summary>The class counted in the confident joint (step 2): argmax over all classes when several are confident; -1 for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Guess(int argMax) => Confident switch { 0 => -1, 1 => FirstConfident, _ => argMax };

    /// <summary>Whether another class remains the most probable after the given label's probability is raised by <paramref name="slack"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool StaysContested(ReadOnlySpan<double> row, int label, double slack) =>
        Other > Self + slack || (Other == Self + slack && row.IndexOf(Other) < label);
}

/// <summary>The vectorised pass over a row that every step shares.</summary>
internal static class RowScan
{
    /// <summary>Summarises a row; <paramref name="confidentFrom"/> holds the least confident probability of each class.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowSummary Summarise(ReadOnlySpan<double> row, int label, ReadOnlySpan<double> confidentFrom) =>
        row.Length >= Vector256<double>.Count ? Vectorised(row, label, confidentFrom) : Scalar(row, label, confidentFrom);

    // Inlined, so that a first run need not wait for the runtime to recompile a small method that is called once a row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RowSummary Vectorised(ReadOnlySpan<double> row, int label, ReadOnlySpan<double> confidentFrom)
    {
        ref var p = ref MemoryMarshal.GetReference(row);
        ref var t = ref MemoryMarshal.GetReference(confidentFrom);
        var given = Vector256.Create((long)label);
        var lanes = Vector256.Create(0L, 1, 2, 3);
        var other = Vector256.Create(-1.0);
        var (confident, first) = (0, 0);
        var last = row.Length - 4;
        var counted = 0;
        for (var start = 0; ;)
        {
            var values = Vector256.LoadUnsafe(ref p, (nuint)start);
            var isGiven = Vector256.Equals(lanes + Vector256.Create((long)start), given).AsDouble();
            other = Vector256.Max(other, Vector256.ConditionalSelect(isGiven, Vector256.Create(-1.0), values));
            // The last vector may overlap the one before it; its repeated lanes are masked from the count.
            var bits = Vector256.GreaterThanOrEqual(values, Vector256.LoadUnsafe(ref t, (nuint)start)).ExtractMostSignificantBits() >> (counted - start);
            if (bits != 0)
            {
                if (confident == 0)
                    first = counted + BitOperations.TrailingZeroCount(bits);
                confident += BitOperations.PopCount(bits);
            }
            if (start == last)
                break;
            counted = start + 4;
            start = Math.Min(counted, last);
        }
        var halves = Vector128.Max(other.GetLower(), other.GetUpper());
        return new RowSummary(row[label], Math.Max(halves[0], halves[1]), confident, first);
    }

    private static RowSummary Scalar(ReadOnlySpan<double> row, int label, ReadOnlySpan<double> confidentFrom)
    {
        var (other, confident, first) = (-1.0, 0, 0);
        for (var k = 0; k < row.Length; k++)
        {
            if (k != label && row[k] > other)
                other = row[k];
            if (row[k] >= confidentFrom[k] && confident++ == 0)
                first = k;
        }
        return new RowSummary(row[label], other, confident, first);
    }
}
