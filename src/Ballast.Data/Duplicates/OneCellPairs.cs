using Ballast.Core;

namespace Ballast.Data.Duplicates;

/// <summary>Pairs of rows that are equal in every column but one, where this table does not hold many such pairs by nature.</summary>
/// <remarks>
/// T_k is the number of pairs that differ in exactly k columns. If columns match independently with odds of a mismatch o_c, T_k are the elementary symmetric
/// functions of the odds times T_0; so the pairs that differ in column c alone are expected to number T_2(c) T_2 / (3 T_3), T_2(c) being the pairs that differ in c
/// and one more (Newton's inequalities make this an upper bound up to a factor 1). Copies with one changed cell raise T_1(c) above that. Pairs of a column
/// count as copies where at most one in five is expected by nature. T_2 and T_3 are counted over sampled sets of columns.
/// </remarks>
internal static class OneCellPairs
{
    private const double AllowedByNature = 0.2;
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
        var (two, twoOfColumn, three) = Nature(whole, cells, others, seed, cancellation);

        var found = new List<(int, int)>();
        for (var c = 0; c < width; c++)
        {
            var byNature = (twoOfColumn[c] + 0.5) * (two + 0.5) / (3 * Math.Max(three, 1));
            if (pairsOfColumn[c].Count > 0 && byNature <= AllowedByNature * pairsOfColumn[c].Count)
                found.AddRange(pairsOfColumn[c].Select(p => (rows[p.A], rows[p.B])));
        }
        return found;
    }

    // T_2, T_2(c) and T_3 among rows no two of which differ in one column.
    private static (double Two, double[] TwoOfColumn, double Three) Nature(ulong[] whole, ulong[][] cells, int[] rows, int seed, CancellationToken cancellation)
    {
        var width = cells.Length;
        var allPairs = Enumerable.Range(0, width).SelectMany(a => Enumerable.Range(a + 1, width - a - 1).Select(b => (A: a, B: b))).ToArray();
        var budget = (int)Math.Clamp(MostHashes / Math.Max(1, rows.Length), 50, 5_000);
        var random = RandomStream.For(seed, "one-cell-pairs");
        var sampledPairs = allPairs.Length <= budget ? allPairs : [.. random.SampleWithoutReplacement(allPairs.Length, budget).Select(i => allPairs[i])];

        var counts = new long[sampledPairs.Length];
        Parallel.For(0, sampledPairs.Length, new ParallelOptions { CancellationToken = cancellation },
            s => counts[s] = CountEqual(whole, rows, cells[sampledPairs[s].A], cells[sampledPairs[s].B]));
        var scale = (double)allPairs.Length / sampledPairs.Length;
        var two = counts.Sum() * scale;
        var twoOfColumn = new double[width];
        for (var s = 0; s < sampledPairs.Length; s++)
        {
            twoOfColumn[sampledPairs[s].A] += counts[s] * scale;
            twoOfColumn[sampledPairs[s].B] += counts[s] * scale;
        }

        var triples = Math.Max(50, budget / 4);
        var sampledTriples = new (int, int, int)[triples];
        for (var s = 0; s < triples; s++)
            sampledTriples[s] = random.SampleWithoutReplacement(width, 3) is [var a, var b, var c] ? (a, b, c) : default;
        var triplePairs = new long[triples];
        Parallel.For(0, triples, new ParallelOptions { CancellationToken = cancellation },
            s => triplePairs[s] = CountEqual(whole, rows, cells[sampledTriples[s].Item1], cells[sampledTriples[s].Item2], cells[sampledTriples[s].Item3]));
        var allTriples = width * (width - 1.0) * (width - 2) / 6;
        // A pair that differs in two columns is equal outside each of the d - 2 triples that hold both.
        var three = triplePairs.Sum() * allTriples / triples - (width - 2) * two;
        return (two, twoOfColumn, Math.Max(0, three));
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
