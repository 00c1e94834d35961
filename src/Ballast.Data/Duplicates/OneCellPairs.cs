using Ballast.Core;

namespace Ballast.Data.Duplicates;

/// <summary>Pairs of rows that are equal in every column but one, where this table does not hold many such pairs by nature.</summary>
/// <remarks>
/// Rows that differ in column c alone arise by nature from rows that differ in c and in another column c' where c' happens to match as well. With T_2(c, c') pairs
/// that differ in exactly these two, and o(c') the odds that two rows differ in c', nature makes sum T_2(c, c') / sum o(c') pairs that differ in c alone (sums over
/// c') if columns match independently; ten times that is allowed for, since they do not. Copies with one changed cell raise the number above it: the pairs of a
/// column count as copies where at most one in five is expected by nature. T_2 is counted over sampled pairs of columns where there are many.
/// </remarks>
internal static class OneCellPairs
{
    private const double AllowedByNature = 0.2;
    private const double Dependence = 10;
    private const long MostHashes = 20_000_000;

    /// <summary>Finds the pairs.</summary>
    /// <param name="codes">A code a row for each column; equal codes are equal values.</param>
    /// <param name="rows">Rows to compare, no two of them equal in every column.</param>
    /// <param name="seed">Seed of the sampled sets of columns.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static IReadOnlyList<(int A, int B)> Find(int[][] codes, int[] rows, int seed, CancellationToken cancellation)
    {
        var width = codes.Length;
        if (width < 4 || rows.Length < 2)
            return [];
        var cells = Cells(codes, rows);
        var whole = new ulong[rows.Length];
        foreach (var column in cells)
            for (var i = 0; i < whole.Length; i++)
                whole[i] ^= column[i];

        var pairsOfColumn = new List<(int A, int B)>[width];
        Parallel.For(0, width, new ParallelOptions { CancellationToken = cancellation }, c => pairsOfColumn[c] = EqualPairs(Without(whole, cells[c])));

        // What nature does is counted without the later row of each pair, so that copies do not count as nature.
        var later = new HashSet<int>(pairsOfColumn.SelectMany(pairs => pairs.Select(p => p.B)));
        int[] others = [.. Enumerable.Range(0, rows.Length).Where(i => !later.Contains(i))];
        if (later.Count > rows.Length / 4)
            return [];
        var byNature = Nature(codes, rows, whole, cells, others, seed, cancellation);

        var found = new List<(int, int)>();
        for (var c = 0; c < width; c++)
            if (pairsOfColumn[c].Count > 0 && byNature[c] <= AllowedByNature * pairsOfColumn[c].Count)
                found.AddRange(pairsOfColumn[c].Select(p => (rows[p.A], rows[p.B])));
        return found;
    }

    // For each column the pairs that nature is expected to leave differing in it alone; rows no two of which differ in one column are counted.
    private static double[] Nature(int[][] codes, int[] rows, ulong[] whole, ulong[][] cells, int[] counted, int seed, CancellationToken cancellation)
    {
        var width = cells.Length;
        var allPairs = Enumerable.Range(0, width).SelectMany(a => Enumerable.Range(a + 1, width - a - 1).Select(b => (A: a, B: b))).ToArray();
        var budget = (int)Math.Clamp(MostHashes / Math.Max(1, rows.Length), 50, 5_000);
        var sampled = allPairs.Length <= budget ? allPairs
            : [.. RandomStream.For(seed, "one-cell-pairs").SampleWithoutReplacement(allPairs.Length, budget).Select(i => allPairs[i])];

        var two = new long[sampled.Length];
        Parallel.For(0, sampled.Length, new ParallelOptions { CancellationToken = cancellation }, s => two[s] = CountEqual(whole, counted, cells[sampled[s].A], cells[sampled[s].B]));
        double[] odds = [.. codes.Select(column => MismatchOdds(column, rows))];
        var (pairs, sum) = (new double[width], new double[width]);
        for (var s = 0; s < sampled.Length; s++)
        {
            var (a, b) = sampled[s];
            (pairs[a], sum[a]) = (pairs[a] + two[s], sum[a] + odds[b]);
            (pairs[b], sum[b]) = (pairs[b] + two[s], sum[b] + odds[a]);
        }
        return [.. pairs.Zip(sum, (count, weight) => weight > 0 ? Dependence * count / weight : double.PositiveInfinity)];
    }

    // (1 - m) / m, m the chance that two different rows hold the same value.
    private static double MismatchOdds(int[] column, int[] rows)
    {
        double pairs = (double)rows.Length * (rows.Length - 1) / 2;
        var equal = rows.GroupBy(row => column[row]).Sum(group => (double)group.Count() * (group.Count() - 1) / 2);
        return (pairs - equal + 0.5) / (equal + 0.5);
    }

    private static ulong[][] Cells(int[][] codes, int[] rows) => [.. codes.Select((column, c) =>
    {
        var cells = new ulong[rows.Length];
        for (var i = 0; i < cells.Length; i++)
            cells[i] = Mix(((ulong)(uint)column[rows[i]] << 32) | (uint)c);
        return cells;
    })];

    private static ulong[] Without(ulong[] whole, ulong[] column)
    {
        var keys = new ulong[whole.Length];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = whole[i] ^ column[i];
        return keys;
    }

    // Consecutive members of each group of equal keys; 64-bit keys of at most millions of rows collide with probability below 1e-6.
    private static List<(int A, int B)> EqualPairs(ulong[] keys)
    {
        var pairs = new List<(int, int)>();
        var last = new Dictionary<ulong, int>(keys.Length);
        for (var i = 0; i < keys.Length; i++)
        {
            if (last.TryGetValue(keys[i], out var before))
                pairs.Add((before, i));
            last[keys[i]] = i;
        }
        return pairs;
    }

    private static long CountEqual(ulong[] whole, int[] rows, params ReadOnlySpan<ulong[]> without)
    {
        var keys = new ulong[rows.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = whole[rows[i]];
            foreach (var column in without)
                keys[i] ^= column[rows[i]];
        }
        Array.Sort(keys);
        long pairs = 0;
        for (var (i, run) = (1, 0L); i < keys.Length; i++)
        {
            run = keys[i] == keys[i - 1] ? run + 1 : 0;
            pairs += run;
        }
        return pairs;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
