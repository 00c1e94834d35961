using Ballast.Core;
using Ballast.Data.Reading;

namespace Ballast.Data.Duplicates;

/// <summary>Pairs of rows that differ in a few compared cells and agree in a column that is not compared: an identifier, a leak, a text.</summary>
/// <remarks>
/// Two entries of one record share what describes nothing (Fellegi and Sunter, 1969: agreement in a value weighs as much as chance agreement in it is rare). How many rows that
/// differ in k cells share a value by chance is counted on the witness's values permuted among rows of one class, for a leak follows the label. Pairs are taken from the smallest k on
/// while at most 15% of those of each k are expected by chance. A column that names groups of rows, not records, shows itself: its rows also agree where they differ in many cells, are a large
/// part of the table, or differ always in the same column; it is then no witness.
/// </remarks>
internal static class WitnessedPairs
{
    private const int MostPairs = 3_000_000;
    private const int MostCompared = 12_000_000;
    private const int MostPermutations = 20;
    private const double AllowedByChance = 0.15;
    private const double MostCellsApart = 1.0 / 3;
    private const double LargestShareOfRows = 0.2;
    private const int FewPairs = 10;
    private const double MostInOneColumn = 0.6;

    /// <summary>Finds the pairs.</summary>
    /// <param name="codes">A code a row for each compared column; equal codes are equal values.</param>
    /// <param name="witnesses">Columns that are not compared.</param>
    /// <param name="strata">The class of each row, or null.</param>
    /// <param name="rows">Rows to compare, ascending, no two of them equal in every compared column.</param>
    /// <param name="seed">Seed of the permutations.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static IReadOnlyList<(int A, int B)> Find(int[][] codes, IReadOnlyList<TableColumn> witnesses, int[]? strata, int[] rows, int seed, CancellationToken cancellation)
    {
        var found = new List<(int, int)>();
        var apart = (int)(MostCellsApart * codes.Length);
        for (var w = 0; w < witnesses.Count && apart > 0; w++)
        {
            cancellation.ThrowIfCancellationRequested();
            found.AddRange(FoundBy(codes, ComparedValues.Folded(witnesses[w]), strata, rows, apart, RandomStream.For(seed, "witness", w)));
        }
        return found;
    }

    private static List<(int A, int B)> FoundBy(int[][] codes, int[] witness, int[]? strata, int[] rows, int apart, RandomStream random)
    {
        int[] values = [.. rows.Select(row => witness[row])];
        if (PairsAlike(values) is 0 or > MostPairs)
            return [];
        var pairs = new List<(int A, int B)>[apart + 1];
        for (var k = 0; k < pairs.Length; k++)
            pairs[k] = [];
        var beyond = 0;
        foreach (var (a, b) in Alike(values))
            if (CellsApart(codes, rows[a], rows[b], apart) is var k && k <= apart)
                pairs[k].Add((rows[a], rows[b]));
            else
                beyond++;
        var (chance, chanceBeyond) = ByChance(codes, values, strata, rows, apart, random);

        var taken = new List<(int A, int B)>();
        for (var k = 1; k <= apart; k++)
            if (chance[k] <= AllowedByChance * pairs[k].Count)
                taken.AddRange(pairs[k]);
            else if (pairs[k].Count > 0)
                break;
        var namesGroups = taken.Count > LargestShareOfRows * rows.Length || beyond - chanceBeyond > (0.5 * taken.Count) + (3 * Math.Sqrt(chanceBeyond + 1));
        return namesGroups ? [] : WithoutChangingColumn(codes, taken);
    }

    // Mean counts over permutations of how many rows k cells apart share a value; one more than seen, since none seen does not mean never.
    private static (double[] Counts, double Beyond) ByChance(int[][] codes, int[] values, int[]? strata, int[] rows, int apart, RandomStream random)
    {
        var groups = Enumerable.Range(0, rows.Length).GroupBy(i => strata?[rows[i]] ?? 0).Select(group => group.ToArray()).ToArray();
        var permutations = (int)Math.Clamp(MostCompared / PairsAlike(values), 4, MostPermutations);
        var counts = Enumerable.Repeat(1.0 / permutations, apart + 1).ToArray();
        var beyond = 0.0;
        var permuted = new int[values.Length];
        for (var round = 0; round < permutations; round++)
        {
            foreach (var group in groups)
            {
                int[] shuffled = [.. group];
                random.Shuffle(shuffled.AsSpan());
                for (var i = 0; i < group.Length; i++)
                    permuted[group[i]] = values[shuffled[i]];
            }
            foreach (var (a, b) in Alike(permuted))
                if (CellsApart(codes, rows[a], rows[b], apart) is var k && k <= apart)
                    counts[k] += 1.0 / permutations;
                else
                    beyond += 1.0 / permutations;
        }
        return (counts, beyond);
    }

    // What differs in nearly every pair is a column that the record is known to change in.
    private static List<(int A, int B)> WithoutChangingColumn(int[][] codes, List<(int A, int B)> pairs)
    {
        if (pairs.Count < FewPairs)
            return pairs;
        var changing = codes.Where(column => pairs.Count(pair => column[pair.A] != column[pair.B]) > MostInOneColumn * pairs.Count).ToArray();
        return [.. pairs.Where(pair => changing.All(column => column[pair.A] == column[pair.B]))];
    }

    private static long PairsAlike(int[] values)
    {
        var counts = new Dictionary<int, int>();
        foreach (var value in values)
            if (value != TableColumn.Missing)
                counts[value] = counts.GetValueOrDefault(value) + 1;
        return counts.Values.Sum(count => (long)count * (count - 1) / 2);
    }

    private static IEnumerable<(int A, int B)> Alike(int[] values)
    {
        int[] keys = [.. values], places = [.. Enumerable.Range(0, values.Length)];
        Array.Sort(keys, places);
        for (int start = 0, end; start < keys.Length; start = end)
        {
            for (end = start + 1; end < keys.Length && keys[end] == keys[start];)
                end++;
            for (var i = start; i < end && keys[start] != TableColumn.Missing; i++)
                for (var j = i + 1; j < end; j++)
                    yield return (Math.Min(places[i], places[j]), Math.Max(places[i], places[j]));
        }
    }

    // Counts no further than one beyond the most that matter.
    private static int CellsApart(int[][] codes, int a, int b, int most)
    {
        var different = 0;
        foreach (var column in codes)
            if (column[a] != column[b] && ++different > most)
                break;
        return different;
    }
}
