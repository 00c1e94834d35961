using System.Numerics;

namespace Ballast.Data.Duplicates;

/// <summary>Pairs of rows that agree in far more cells, and in rarer values, than rows of this table do by chance: copies with a few changed cells.</summary>
/// <remarks>
/// Agreement is the sum of log(n / n_v) over the cells where both rows hold v, n_v rows of n having it: the logarithm of how rare it would be if columns were independent. They are not; but
/// where the number of rows that agree by more than t with a given row falls like exp(-m t), whatever m, exp(-agreement) behaves as the distance of <see cref="NearPairs"/> does, whose cut is taken.
/// Each must be the other's nearest, and at most a quarter of their cells differ; where most pairs below the cut differ in more, rows come in households or lots, and none is taken. Every row is compared with every other, n^2 w cells; tables for which that is more than 2e10 are left out.
/// </remarks>
internal static class AgreeingPairs
{
    private const int Neighbors = 6;
    private const double MostComparisons = 2e10;
    private const int Block = 2048;
    private const double MostCellsApart = 0.25;

    /// <summary>Finds the pairs.</summary>
    /// <param name="codes">A code a row for each column; equal codes are equal values.</param>
    /// <param name="rows">Rows to compare, ascending, no two of them equal in every column.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static IReadOnlyList<(int A, int B)> Find(int[][] codes, int[] rows, CancellationToken cancellation)
    {
        if (rows.Length < 5 * Neighbors || MostCellsApart * codes.Length < 1 || (double)rows.Length * rows.Length * codes.Length > MostComparisons)
            return [];
        int[][] cells = [.. codes.Select(column => rows.Select(row => column[row]).ToArray())];
        float[][] weights = [.. cells.Select(Weights)];
        var nearest = new int[rows.Length];
        var (nearRatio, nextRatio) = (new double[rows.Length], new double[rows.Length]);
        Parallel.For(0, rows.Length, new ParallelOptions { CancellationToken = cancellation }, () => new float[Block], (i, _, agreement) =>
        {
            Span<float> best = stackalloc float[Neighbors];
            nearest[i] = MostAgreeing(cells, weights, i, agreement, best);
            nearRatio[i] = Math.Exp(best[^1] - best[0]);
            nextRatio[i] = Math.Exp(best[^1] - best[1]);
            return agreement;
        }, _ => { });
        var cut = NearPairs.Cut(nearRatio, nextRatio);
        var below = Enumerable.Range(0, rows.Length)
            .Where(i => nearest[nearest[i]] == i && i < nearest[i] && nearRatio[i] <= cut && nearRatio[nearest[i]] <= cut).ToArray();
        var alike = below.Where(i => cells.Count(column => column[i] != column[nearest[i]]) <= MostCellsApart * cells.Length).ToArray();
        return 2 * alike.Length < below.Length ? [] : [.. alike.Select(i => (rows[i], rows[nearest[i]]))];
    }

    // Fills the highest agreements with the row at a place, descending, and gives the place of the first.
    private static int MostAgreeing(int[][] cells, float[][] weights, int place, float[] agreement, Span<float> best)
    {
        best.Fill(float.NegativeInfinity);
        var nearest = place;
        for (var start = 0; start < cells[0].Length; start += Block)
        {
            var length = Math.Min(Block, cells[0].Length - start);
            Array.Clear(agreement);
            for (var c = 0; c < cells.Length; c++)
                AddWhereEqual(cells[c].AsSpan(start, length), cells[c][place], weights[c][place], agreement);
            for (var j = 0; j < length; j++)
            {
                if (agreement[j] <= best[^1] || start + j == place)
                    continue;
                var rank = best.Length - 1;
                for (; rank > 0 && best[rank - 1] < agreement[j]; rank--)
                    best[rank] = best[rank - 1];
                best[rank] = agreement[j];
                if (rank == 0)
                    nearest = start + j;
            }
        }
        return nearest;
    }

    // Agreement in a value says as much as the value is rare.
    private static float[] Weights(int[] column)
    {
        var counts = new Dictionary<int, int>();
        foreach (var code in column)
            counts[code] = counts.GetValueOrDefault(code) + 1;
        return [.. column.Select(code => (float)Math.Log(column.Length / (double)counts[code]))];
    }

    private static void AddWhereEqual(ReadOnlySpan<int> column, int code, float weight, Span<float> sums)
    {
        var (codes, weights) = (new Vector<int>(code), new Vector<float>(weight));
        var j = 0;
        for (; j <= column.Length - Vector<int>.Count; j += Vector<int>.Count)
        {
            var sum = new Vector<float>(sums[j..]) + Vector.ConditionalSelect(Vector.Equals(new Vector<int>(column[j..]), codes), weights, Vector<float>.Zero);
            sum.CopyTo(sums[j..]);
        }
        for (; j < column.Length; j++)
            sums[j] += column[j] == code ? weight : 0;
    }
}
