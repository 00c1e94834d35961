namespace Ballast.Evaluation.Slices.Lines;

/// <summary>SliceLine's score, and its upper bound for all slices inside one with given totals.</summary>
internal sealed class SliceScore(double alpha, int rows, double errorSum, int support)
{
    // A bound may fall below what it bounds by rounding alone.
    private const double Slack = 1e-9;

    public int Support { get; } = support;

    public double Score(SliceTotals totals) => Score(totals.Size, totals.Sum);

    /// <summary>Whether a slice within these totals may have the support and a score above <paramref name="least"/>.</summary>
    public bool MayHold(SliceTotals totals, double least)
    {
        if (totals.Size < Support || totals.Largest <= 0)
            return false;
        var best = Math.Max(Bound(Support, totals), Bound(totals.Size, totals));
        best = Math.Max(best, Bound(Math.Clamp(totals.Sum / totals.Largest, Support, totals.Size), totals));
        return best > least - Slack * (1 + Math.Abs(least));
    }

    private double Bound(double size, SliceTotals totals) => Score(size, Math.Min(size * totals.Largest, totals.Sum));

    private double Score(double size, double sum) => alpha * (rows * sum / (size * errorSum) - 1) - (1 - alpha) * (rows / size - 1);
}
