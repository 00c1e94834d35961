namespace Ballast.Evaluation.Calibration;

/// <summary>Rows, hits and summed confidence of each bin of equal width.</summary>
internal sealed class BinTotals(int bins)
{
    // edges[b] is the upper end of bin b - 1; an extra one above 1 takes confidences that rounding puts there.
    private readonly double[] edges = [.. Enumerable.Range(0, bins + 1).Select(b => (double)b / bins), double.PositiveInfinity];

    public int[] Counts { get; } = new int[bins];

    public int[] Hits { get; } = new int[bins];

    public double[] Confidences { get; } = new double[bins];

    /// <summary>The bin (b / B, (b + 1) / B] of a confidence in [0, 1]; 0 lies in the first.</summary>
    public int BinOf(double confidence)
    {
        // Rounding of the product may be off by one at an edge, the edges themselves decide.
        var b = (int)(confidence * Counts.Length);
        b += (confidence > edges[b + 1] ? 1 : 0) - (confidence <= edges[b] ? 1 : 0);
        return Math.Clamp(b, 0, Counts.Length - 1);
    }

    public void Add(double confidence, bool hit)
    {
        var b = BinOf(confidence);
        Counts[b]++;
        Hits[b] += hit ? 1 : 0;
        Confidences[b] += confidence;
    }

    public void Add(BinTotals other)
    {
        for (var b = 0; b < Counts.Length; b++)
        {
            Counts[b] += other.Counts[b];
            Hits[b] += other.Hits[b];
            Confidences[b] += other.Confidences[b];
        }
    }

    public double Error()
    {
        var (error, rows) = (0.0, 0);
        for (var b = 0; b < Counts.Length; b++)
        {
            error += Math.Abs(Hits[b] - Confidences[b]);
            rows += Counts[b];
        }
        return error / rows;
    }
}
