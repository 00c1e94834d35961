using Ballast.Core;
using Ballast.Data.Reading;

namespace Ballast.Data.Duplicates;

/// <summary>Pairs of rows that are equal in every column but one, where nature alone does not explain them.</summary>
/// <remarks>
/// Rows that differ in one cell arise by nature where rows are crowded and mostly by small differences; copies with one changed cell arise at any row alike and
/// with differences as random rows have, and where the changed cell does not suit the others, alone. Pairs are counted by column, size of the difference (<see cref="CellChanges"/>), crowding
/// (<see cref="Crowding"/>), loneliness (<see cref="Loneliness"/>) and place in the file (<see cref="CopyBatch"/>), and the counts are taken apart into these two shapes (<see cref="OneCellMixture"/>). Pairs are
/// reported, surest first, while at most 10% of them are expected to be nature's.
/// </remarks>
internal static class OneCellPairs
{
    private const double AllowedByNature = 0.1;
    private const double SurelyNature = 0.9;
    private const int BatchRounds = 2;

    /// <summary>Finds the pairs.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="codes">A code a row for each column; equal codes are equal values.</param>
    /// <param name="rows">Rows to compare, ascending, no two of them equal in every column.</param>
    /// <param name="known">Pairs known as copies, exact or near: where in the file they gather, others are to be expected.</param>
    /// <param name="near">How many near copies are known: what is reported is judged together with them.</param>
    /// <param name="seed">Seed of what is sampled.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static IReadOnlyList<(int A, int B)> Find(IReadOnlyList<TableColumn> columns, int[][] codes, int[] rows, IReadOnlyList<(int A, int B)> known, int near, int seed, CancellationToken cancellation)
    {
        var width = codes.Length;
        if (width < 4 || rows.Length < 2)
            return [];
        var hashes = new CellHashes(codes, rows);
        var pairsOf = new List<(int A, int B)>[width];
        var alone = new int[width][];
        Parallel.For(0, width, new ParallelOptions { CancellationToken = cancellation }, c => (pairsOf[c], alone[c]) = Alike(hashes, columns[c], rows, c));
        if (pairsOf.All(pairs => pairs.Count == 0))
            return [];

        var crowding = Crowding.Count(hashes, width, alone, seed, cancellation);
        CellChanges[] changes = [.. columns.Select((column, c) => new CellChanges(column, codes[c], rows, RandomStream.For(seed, "cell-changes", c)))];
        var loneliness = Loneliness.Measure(columns, codes, rows, seed, cancellation);
        double[] odds = [.. codes.Select(column => MismatchOdds(column, rows))];
        var mixture = OneCellMixture.Fit(pairsOf, changes, crowding, loneliness, CopyBatch.None, alone, odds, rows);
        // A batch shows in the copies that are plain without it, and then tells others.
        for (var round = 0; round < BatchRounds; round++)
        {
            var told = pairsOf.SelectMany((pairs, c) => pairs.Select(p => (Pair: (rows[p.A], rows[p.B]), IsCopy: mixture.ChanceOfNature(c, p.A, p.B) < 0.5))).ToLookup(p => p.IsCopy, p => p.Pair);
            var batch = CopyBatch.Find(columns[0].Count, [.. known, .. told[true]], [.. told[false]]);
            if (batch == CopyBatch.None)
                break;
            mixture = OneCellMixture.Fit(pairsOf, changes, crowding, loneliness, batch, alone, odds, rows);
        }

        var judged = pairsOf.SelectMany((pairs, c) => pairs.Select(p => (p.A, p.B, Nature: mixture.ChanceOfNature(c, p.A, p.B)))).OrderBy(p => p.Nature);
        var found = new List<(int, int)>();
        var expected = 0.0;
        foreach (var (a, b, nature) in judged)
        {
            expected += nature;
            if (nature > SurelyNature || expected > AllowedByNature * (near + found.Count + 1))
                break;
            found.Add((rows[a], rows[b]));
        }
        return found;
    }

    // Neighbouring members, by value where that has an order, of each group that is equal outside the column; and for each row the others of its group.
    private static (List<(int A, int B)> Pairs, int[] Others) Alike(CellHashes hashes, TableColumn column, int[] rows, int c)
    {
        var (keys, places) = hashes.GroupWithout(c, c);
        var pairs = new List<(int, int)>();
        var others = new int[rows.Length];
        for (int start = 0, end; start < keys.Length; start = end)
        {
            end = CellHashes.EndOfRun(keys, start);
            if (end - start == 1)
                continue;
            int[] group = [.. places[start..end].OrderBy(place => column.Number(rows[place])).ThenBy(place => place)];
            for (var i = 0; i < group.Length; i++)
            {
                others[group[i]] = group.Length - 1;
                if (i > 0)
                    pairs.Add((group[i - 1], group[i]));
            }
        }
        return (pairs, others);
    }

    // (1 - m) / m, m the chance that two different rows hold the same value.
    private static double MismatchOdds(int[] column, int[] rows)
    {
        double pairs = (double)rows.Length * (rows.Length - 1) / 2;
        var equal = rows.GroupBy(row => column[row]).Sum(group => (double)group.Count() * (group.Count() - 1) / 2);
        return (pairs - equal + 0.5) / (equal + 0.5);
    }
}
