using System.Numerics;

namespace Ballast.Evaluation.Slices.Lines;

/// <summary>Rows in order of falling error, so that the first row of a set has its largest error and rows without error come last.</summary>
internal sealed class RankedErrors
{
    private readonly double[] values; // falling
    private readonly int[] places;    // place of row i
    private readonly int positive;    // rows with an error
    private readonly bool uniform;    // all errors above 0 are equal

    public RankedErrors(ReadOnlySpan<double> errors)
    {
        Count = errors.Length;
        Words = (Count + 63) / 64;
        values = new double[Count];
        var rows = new int[Count];
        for (var i = 0; i < Count; i++)
        {
            if (!(errors[i] >= 0 && double.IsFinite(errors[i])))
                throw new ArgumentException($"The error of row {i + 1} is {errors[i]}; errors must be finite and at least 0.", nameof(errors));
            (values[i], rows[i]) = (-errors[i], i);
        }
        Array.Sort(values, rows);
        places = new int[Count];
        for (var p = 0; p < Count; p++)
        {
            values[p] = -values[p];
            places[rows[p]] = p;
            positive += values[p] > 0 ? 1 : 0;
        }
        uniform = positive == 0 || values[0] == values[positive - 1];
        Sum = uniform && positive > 0 ? positive * values[0] : values.Sum();
    }

    public int Count { get; }

    /// <summary>Words of a set of rows.</summary>
    public int Words { get; }

    public double Sum { get; }

    /// <summary>Sets of the rows that have each code below <paramref name="codes"/>; null where there are fewer than <paramref name="minimumRows"/>. Negative codes are in none.</summary>
    public ulong[]?[] Sets(ReadOnlySpan<int> column, int codes, int minimumRows)
    {
        var counts = new int[codes];
        foreach (var code in column)
            if (code >= 0)
                counts[code]++;
        var sets = Array.ConvertAll(counts, count => count >= minimumRows ? new ulong[Words] : null);
        for (var i = 0; i < column.Length; i++)
            if (column[i] >= 0 && sets[column[i]] is { } set)
                set[places[i] >> 6] |= 1UL << (places[i] & 63);
        return sets;
    }

    /// <summary>Size, sum of errors and largest error of the rows in both sets.</summary>
    public SliceTotals Measure(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        var whole = positive >> 6;
        var split = (1UL << (positive & 63)) - 1; // rows with error in the word where they end
        var ends = whole < Words ? left[whole] & right[whole] : 0;
        int size, erring;
        var sum = 0.0;
        erring = PopCount(left[..whole], right[..whole]) + BitOperations.PopCount(ends & split);
        size = erring + BitOperations.PopCount(ends & ~split) + (whole < Words ? PopCount(left[(whole + 1)..], right[(whole + 1)..]) : 0);
        if (erring == 0)
            return new SliceTotals(size, 0, 0);
        if (uniform)
            return new SliceTotals(size, erring * values[0], values[0]);
        var largest = -1.0;
        for (var w = 0; w <= whole && w < Words; w++)
            for (var bits = w < whole ? left[w] & right[w] : ends & split; bits != 0; bits &= bits - 1)
            {
                var error = values[(w << 6) + BitOperations.TrailingZeroCount(bits)];
                largest = largest < 0 ? error : largest;
                sum += error;
            }
        return new SliceTotals(size, sum, largest);
    }

    // Four independent counts: the instruction has a latency of three cycles.
    private static int PopCount(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        right = right[..left.Length];
        int a = 0, b = 0, c = 0, d = 0, i = 0;
        for (; i + 4 <= left.Length; i += 4)
        {
            a += BitOperations.PopCount(left[i] & right[i]);
            b += BitOperations.PopCount(left[i + 1] & right[i + 1]);
            c += BitOperations.PopCount(left[i + 2] & right[i + 2]);
            d += BitOperations.PopCount(left[i + 3] & right[i + 3]);
        }
        for (; i < left.Length; i++)
            a += BitOperations.PopCount(left[i] & right[i]);
        return a + b + c + d;
    }
}

/// <summary>Rows, sum of their errors, and the largest.</summary>
internal readonly record struct SliceTotals(int Size, double Sum, double Largest);
