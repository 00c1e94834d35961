namespace Ballast.Evaluation.Calibration;

/// <summary>Rows, hits and summed confidence of each bin of equal width.</summary>
internal sealed class BinTotals(int bins)
{
    private readonly double[] edges = [.. Enumerable.Range(0, bins + 1).Select(b => (double)b / bins)];

    public int[] Counts { get; } = new int[bins];

    public int[] Hits { get; } = new int[bins];

    public double[] Confidences { get; } = new double[bins];

    public void Add(double confidence, bool hit)
    {
        // Bins are (low, high]: rounding of the product may be off by one at an edge, the edges themselves decide.
        var b = Math.Clamp((int)(confidence * Counts.Length), 0, Counts.Length - 1);
        if (confidence <= edges[b] && b > 0)
            b--;
        else if (confidence > edges[b + 1])
            b++;
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
