using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Calibration;

/// <summary>How often predictions of a given confidence come true, in bins of equal width.</summary>
/// <param name="Bins">The bins, ascending, empty ones included.</param>
/// <param name="Error">Expected calibration error: sum over bins of (rows / n) |hit rate - mean confidence|.</param>
/// <param name="MaximumError">The largest |hit rate - mean confidence| of a bin with rows.</param>
/// <param name="Count">Rows n.</param>
public sealed record ReliabilityCurve(IReadOnlyList<ReliabilityBin> Bins, double Error, double MaximumError, int Count)
{
    internal static ReliabilityCurve From(BinTotals totals, double level)
    {
        var width = totals.Counts.Length;
        var bins = new ReliabilityBin[width];
        var maximum = 0.0;
        for (var b = 0; b < width; b++)
        {
            var rows = totals.Counts[b];
            var confidence = rows == 0 ? (b + 0.5) / width : totals.Confidences[b] / rows;
            bins[b] = new ReliabilityBin((double)b / width, (b + 1.0) / width, confidence, BinomialInterval.WilsonEstimate(totals.Hits[b], rows, level));
            if (rows > 0)
                maximum = Math.Max(maximum, Math.Abs(bins[b].HitRate.Value - confidence));
        }
        return new ReliabilityCurve(bins, totals.Error(), maximum, totals.Counts.Sum());
    }
}

/// <summary>One bin (Low, High] of a reliability curve; the first bin holds 0 too.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="MeanConfidence">Mean predicted probability of its rows; the middle of the bin when it has none.</param>
/// <param name="HitRate">Share of its rows that came true, with Wilson's interval and the number of rows.</param>
public readonly record struct ReliabilityBin(double Low, double High, double MeanConfidence, Estimate HitRate);
