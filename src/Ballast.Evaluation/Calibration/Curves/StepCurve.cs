namespace Ballast.Evaluation.Calibration.Curves;

/// <summary>Constant on bins (edge, next edge]; what lies at or below the first edge belongs to the first bin, what lies above the last to the last.</summary>
/// <param name="Edges">Inner edges between the bins, ascending; one fewer than the bins.</param>
/// <param name="Heights">Value of each bin, in [0, 1].</param>
public sealed record StepCurve(IReadOnlyList<double> Edges, IReadOnlyList<double> Heights) : ConfidenceCurve
{
    private readonly double[] heights = FiniteNumbers.Of(Heights, Heights?.Count ?? 0, nameof(Heights));
    private readonly double[] edges = Heights is { Count: 1 } && Edges is { Count: 0 } ? [] : FiniteNumbers.Rising(Edges, (Heights?.Count ?? 0) - 1, nameof(Edges));

    /// <inheritdoc/>
    public override double At(double confidence) => Math.Clamp(heights[BinOf(edges, confidence)], 0, 1);

    /// <summary>The bin of a value among bins (edge, next edge]: the number of inner edges below it.</summary>
    internal static int BinOf(ReadOnlySpan<double> edges, double value)
    {
        var (low, high) = (0, edges.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (edges[middle] < value)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
