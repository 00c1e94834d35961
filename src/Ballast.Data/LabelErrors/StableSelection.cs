namespace Ballast.Data.LabelErrors;

/// <summary>Takes the lowest values without sorting; equal values go to the earlier position.</summary>
internal static class StableSelection
{
    /// <summary>Flags the <paramref name="count"/> lowest of <paramref name="values"/>.</summary>
    /// <param name="values">Scores, in ascending order of their rows.</param>
    /// <param name="rows">The row of each value; empty: row i has value i.</param>
    /// <param name="count">How many; more than there are means all.</param>
    /// <param name="scratch">At least as long as <paramref name="values"/>; overwritten.</param>
    /// <param name="mask">Set at the chosen rows.</param>
    public static void FlagLowest(ReadOnlySpan<double> values, ReadOnlySpan<int> rows, int count, Span<double> scratch, Span<bool> mask)
    {
        if (count <= 0)
            return;
        var cut = double.PositiveInfinity;
        var ties = values.Length;
        if (count < values.Length)
        {
            values.CopyTo(scratch);
            cut = NthLowest(scratch[..values.Length], count - 1);
            ties = count;
            foreach (var value in values)
                ties -= value < cut ? 1 : 0;
        }
        for (var i = 0; i < values.Length; i++)
            if (values[i] < cut || (values[i] == cut && ties-- > 0))
                mask[rows.IsEmpty ? i : rows[i]] = true;
    }

    /// <summary>The value at position <paramref name="n"/> of the ascending order (quickselect, median of three); reorders the values.</summary>
    public static double NthLowest(Span<double> values, int n)
    {
        var (low, high) = (0, values.Length - 1);
        var rounds = 4 * (32 - int.LeadingZeroCount(values.Length));
        while (high > low)
        {
            if (high - low < 24 || rounds-- == 0)
            {
                // Short, or an input that defeats the pivots: sorting bounds the time.
                values.Slice(low, high - low + 1).Sort();
                break;
            }
            var pivot = Median(values[low], values[(low + high) >>> 1], values[high]);
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (values[i] < pivot)
                    i++;
                while (values[j] > pivot)
                    j--;
                if (i > j)
                    break;
                (values[i], values[j]) = (values[j], values[i]);
                i++;
                j--;
            }
            if (n <= j)
                high = j;
            else if (n >= i)
                low = i;
            else
                break;
        }
        return values[n];
    }

    /// <summary>Positions of the flagged rows, ascending by score, ties by row.</summary>
    public static int[] Rank(ReadOnlySpan<bool> mask, ReadOnlySpan<double> scores)
    {
        var rows = new int[mask.Count(true)];
        var keys = new double[rows.Length];
        var next = 0;
        for (var i = 0; i < mask.Length; i++)
            if (mask[i])
                (rows[next], keys[next++]) = (i, scores[i]);
        SortStably(keys, rows);
        return rows;
    }

    /// <summary>Sorts rows by their keys; rows of equal keys ascend.</summary>
    public static void SortStably(double[] keys, int[] rows)
    {
        Array.Sort(keys, rows);
        for (var start = 0; start < keys.Length;)
        {
            var end = start + 1;
            while (end < keys.Length && keys[end] == keys[start])
                end++;
            if (end - start > 1)
                Array.Sort(rows, start, end - start);
            start = end;
        }
    }

    private static double Median(double a, double b, double c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
