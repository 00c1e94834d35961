using Ballast.Core;

namespace Ballast.Data.Duplicates;

/// <summary>How many rows differ from a row in a column and in exactly one other: what tells a crowded place from a lonely one.</summary>
internal sealed class Crowding
{
    private const long MostHashes = 20_000_000;

    private readonly float[][] counts;

    private Crowding(float[][] counts) => this.counts = counts;

    /// <summary>Rows that differ from the one at <paramref name="place"/> in <paramref name="column"/> and exactly one other column; estimated where pairs of columns were sampled.</summary>
    public float Of(int column, int place) => counts[column][place];

    public ReadOnlySpan<float> Of(int column) => counts[column];

    /// <param name="hashes">The rows, no two of them equal.</param>
    /// <param name="width">Columns.</param>
    /// <param name="alone">For each column and row: the rows that differ from it in that column alone.</param>
    /// <param name="seed">Seed of the sampled pairs of columns.</param>
    /// <param name="cancellation">Stops the count.</param>
    public static Crowding Count(CellHashes hashes, int width, int[][] alone, int seed, CancellationToken cancellation)
    {
        var rows = alone[0].Length;
        var allPairs = Enumerable.Range(0, width).SelectMany(a => Enumerable.Range(a + 1, width - a - 1).Select(b => (A: a, B: b))).ToArray();
        var budget = (int)Math.Clamp(MostHashes / Math.Max(1, rows), 50, 5_000);
        var sampled = allPairs.Length <= budget ? allPairs
            : [.. RandomStream.For(seed, "one-cell-pairs").SampleWithoutReplacement(allPairs.Length, budget).Select(i => allPairs[i])];

        var counts = Enumerable.Range(0, width).Select(_ => new float[rows]).ToArray();
        var locks = Enumerable.Range(0, width).Select(_ => new Lock()).ToArray();
        Parallel.For(0, sampled.Length, new ParallelOptions { CancellationToken = cancellation }, s =>
        {
            var (a, b) = sampled[s];
            var (keys, places) = hashes.GroupWithout(a, b);
            var found = new int[rows];
            for (int start = 0, end; start < rows; start = end)
            {
                end = CellHashes.EndOfRun(keys, start);
                // Of those equal elsewhere, the ones that share a or b differ in one column alone.
                for (var i = start; i < end && end - start > 1; i++)
                    found[places[i]] = end - start - 1 - alone[a][places[i]] - alone[b][places[i]];
            }
            foreach (var c in (ReadOnlySpan<int>)[a, b])
                lock (locks[c])
                    for (var i = 0; i < rows; i++)
                        counts[c][i] += found[i];
        });
        for (var c = 0; c < width; c++)
        {
            var partners = sampled.Count(pair => pair.A == c || pair.B == c);
            if (partners > 0 && partners < width - 1)
                for (var i = 0; i < rows; i++)
                    counts[c][i] *= (width - 1f) / partners;
        }
        return new Crowding(counts);
    }
}
