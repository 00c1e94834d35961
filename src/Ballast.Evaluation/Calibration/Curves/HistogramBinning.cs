using Ballast.Core;

namespace Ballast.Evaluation.Calibration.Curves;

/// <summary>Histogram binning: a probability becomes the share that came true in its bin.</summary>
/// <remarks>Source: Zadrozny and Elkan, ICML 2001. Bins are (low, high], the first holding 0 too; an empty one gives its centre.</remarks>
public sealed class HistogramBinning(RecalibrationScope scope = RecalibrationScope.OneAgainstRest, BinPlacement placement = BinPlacement.EqualWidth, int bins = CalibrationError.DefaultBins)
    : CurveRecalibrator(scope)
{
    private readonly int bins = Guard.Positive(bins);

    /// <inheritdoc/>
    public override string Name => NameOf(placement == BinPlacement.EqualMass ? "histogram binning by mass" : "histogram binning");

    /// <inheritdoc/>
    public override ConfidenceCurve FitCurve(double[] confidences, ReadOnlySpan<bool> hits)
    {
        ArgumentNullException.ThrowIfNull(confidences);
        var outcomes = Sort(confidences, hits);
        double[] edges = placement == BinPlacement.EqualMass ? MassEdges(confidences, bins) : [.. Enumerable.Range(1, bins - 1).Select(b => (double)b / bins)];
        var (rows, right) = (new int[edges.Length + 1], new double[edges.Length + 1]);
        for (var i = 0; i < confidences.Length; i++)
        {
            var b = StepCurve.BinOf(edges, confidences[i]);
            rows[b]++;
            right[b] += outcomes[i];
        }
        return new StepCurve(edges, [.. rows.Select((count, b) => count > 0 ? right[b] / count : Centre(edges, b))]);
    }

    /// <summary>Middle of bin b of [0, 1].</summary>
    internal static double Centre(double[] edges, int b) => ((b == 0 ? 0 : edges[b - 1]) + (b == edges.Length ? 1 : edges[b])) / 2;

    /// <summary>Edges halfway between the last value of a run of equally many and the next one; fewer where values are equal.</summary>
    internal static double[] MassEdges(double[] sorted, int bins)
    {
        var edges = new List<double>();
        for (var b = 1; b < bins; b++)
        {
            var next = (int)((long)b * sorted.Length / bins);
            if (next == 0 || next >= sorted.Length || sorted[next] == sorted[next - 1])
                continue;
            var edge = (sorted[next - 1] + sorted[next]) / 2;
            // Between neighbouring doubles the middle may round up to the upper one, which must stay above the edge.
            edge = edge < sorted[next] ? edge : sorted[next - 1];
            if (edges.Count == 0 || edge > edges[^1])
                edges.Add(edge);
        }
        return [.. edges];
    }
}
