namespace Ballast.Data.Duplicates;

/// <summary>A part of the file in which copies gather, as where a batch was loaded twice: more of them are to be expected there.</summary>
/// <remarks>
/// Of all parts of whole hundredths of the file, the one for which copies and other pairs having a row in it are most plainly two shares, not one (log likelihood ratio of binomials). It must
/// be plainer than the choice among 5,050 parts explains.
/// </remarks>
internal sealed class CopyBatch
{
    private const int Stretches = 100;
    private const double LeastGain = 15;

    private readonly int from;
    private readonly int to;

    private CopyBatch(int from, int to, double shareOfCopies, double shareByChance) => (this.from, this.to, ShareOfCopies, ShareByChance) = (from, to, shareOfCopies, shareByChance);

    /// <summary>No part of the file.</summary>
    public static CopyBatch None { get; } = new(0, 0, 0, 0);

    /// <summary>The share of the copies that have a row in the part.</summary>
    public double ShareOfCopies { get; }

    /// <summary>The share of all pairs of rows that have a row in the part.</summary>
    public double ShareByChance { get; }

    /// <summary>Whether a row of the pair stands in the part.</summary>
    public bool Holds(int a, int b) => (a >= from && a < to) || (b >= from && b < to);

    /// <summary>Finds the part; <see cref="None"/> where no part is plain.</summary>
    /// <param name="rowCount">Rows of the file.</param>
    /// <param name="copies">Pairs of rows that are copies.</param>
    /// <param name="others">Pairs of rows that are alike, most of them by nature.</param>
    public static CopyBatch Find(int rowCount, IReadOnlyList<(int A, int B)> copies, IReadOnlyList<(int A, int B)> others)
    {
        var (copied, natural) = (new PairCounts(rowCount, copies), new PairCounts(rowCount, others));
        var (batch, most) = (None, LeastGain);
        for (var from = 0; from < Stretches; from++)
            for (var to = from + 1; to <= Stretches; to++)
            {
                var (a, b) = (copied.Within(from, to), natural.Within(from, to));
                var gain = LogLikelihood(a, copies.Count) + LogLikelihood(b, others.Count) - LogLikelihood(a + b, copies.Count + others.Count);
                if (gain > most && a * others.Count > b * copies.Count)
                    (batch, most) = (Part(from, to, a), gain);
            }
        return batch;

        CopyBatch Part(int from, int to, double within)
        {
            var outside = 1 - ((to - from) / (double)Stretches);
            return new CopyBatch(FirstRow(from), FirstRow(to), (within + 0.5) / (copies.Count + 1), 1 - (outside * outside));
        }

        int FirstRow(int stretch) => (int)((((long)stretch * rowCount) + Stretches - 1) / Stretches);
    }

    // Of k among n, at the share k / n.
    private static double LogLikelihood(double k, double n) => k <= 0 || k >= n ? 0 : (k * Math.Log(k / n)) + ((n - k) * Math.Log(1 - (k / n)));

    // Rows and pairs by their stretches, summed up from the first stretch on.
    private sealed class PairCounts
    {
        private readonly double[] rows = new double[Stretches + 1];
        private readonly double[,] pairs = new double[Stretches + 1, Stretches + 1];

        public PairCounts(int rowCount, IReadOnlyList<(int A, int B)> counted)
        {
            foreach (var (a, b) in counted)
            {
                var (first, second) = (Stretch(Math.Min(a, b)), Stretch(Math.Max(a, b)));
                rows[first + 1]++;
                rows[second + 1]++;
                pairs[first + 1, second + 1]++;
            }
            for (var i = 1; i <= Stretches; i++)
            {
                rows[i] += rows[i - 1];
                for (var j = 1; j <= Stretches; j++)
                    pairs[i, j] += pairs[i - 1, j] + pairs[i, j - 1] - pairs[i - 1, j - 1];
            }

            int Stretch(int row) => (int)((long)row * Stretches / rowCount);
        }

        // Pairs with a row in the stretches: their rows there, those with both there counted once.
        public double Within(int from, int to) => rows[to] - rows[from] - (pairs[to, to] - pairs[from, to] - pairs[to, from] + pairs[from, from]);
    }
}
