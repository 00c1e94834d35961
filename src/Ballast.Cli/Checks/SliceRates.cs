using Ballast.Core;
using Ballast.Evaluation.Slices;
using Ballast.Numerics.Intervals;

namespace Ballast.Cli.Checks;

/// <summary>Shares of wrong rows of a slice, on the rows that did not find it.</summary>
/// <param name="Wrong">Inside.</param>
/// <param name="Elsewhere">Outside, among the rows it was compared with: those of its class for a part of a class, else all.</param>
/// <param name="Expected">Inside, as the model's own probabilities expect; null without probabilities.</param>
internal sealed record SliceRates(Estimate Wrong, Estimate Elsewhere, double? Expected)
{
    /// <summary>The shares of one slice.</summary>
    /// <param name="slice">The slice.</param>
    /// <param name="report">What found it.</param>
    /// <param name="errors">1 where a row is wrong, else 0.</param>
    /// <param name="expected">Chances of a wrong class; null without probabilities.</param>
    public static SliceRates Of(Slice slice, SliceReport report, double[] errors, double[]? expected)
    {
        var inside = new bool[errors.Length];
        foreach (var row in slice.Rows.Span)
            inside[row] = true;
        var compared = slice.Among is { } among ? among.ToArray().Intersect(report.TestPositions.ToArray()) : report.TestPositions.ToArray();
        var (count, wrong, otherCount, otherWrong, chances) = (0, 0, 0, 0, 0.0);
        foreach (var row in compared)
            if (inside[row])
                (count, wrong, chances) = (count + 1, wrong + (int)errors[row], chances + (expected?[row] ?? 0));
            else
                (otherCount, otherWrong) = (otherCount + 1, otherWrong + (int)errors[row]);
        return new SliceRates(BinomialInterval.WilsonEstimate(wrong, count), BinomialInterval.WilsonEstimate(otherWrong, otherCount), expected is null || count == 0 ? null : chances / count);
    }
}
