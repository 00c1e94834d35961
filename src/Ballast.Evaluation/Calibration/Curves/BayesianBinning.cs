using MathNet.Numerics;

namespace Ballast.Evaluation.Calibration.Curves;

/// <summary>Bayesian binning into quantiles (BBQ): the average over binnings of equal mass, each weighted by how likely it makes the outcomes.</summary>
/// <remarks>
/// Source: Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015. Binnings of B bins for every B from max(1, floor(n^(1/3) / 10))
/// to min(ceil(n / 5), ceil(10 n^(1/3))); bin b has a beta prior with alpha = N' p_b and beta = N' (1 - p_b), N' = 2, p_b its middle. Made for two classes, or for the top label.
/// </remarks>
public sealed class BayesianBinning(RecalibrationScope scope = RecalibrationScope.OneAgainstRest) : CurveRecalibrator(scope)
{
    private const double PriorRows = 2;

    /// <inheritdoc/>
    public override string Name => NameOf("Bayesian binning");

    /// <inheritdoc/>
    public override ConfidenceCurve FitCurve(double[] confidences, ReadOnlySpan<bool> hits)
    {
        ArgumentNullException.ThrowIfNull(confidences);
        var outcomes = Sort(confidences, hits);
        var hitsBelow = new double[outcomes.Length + 1];
        for (var i = 0; i < outcomes.Length; i++)
            hitsBelow[i + 1] = hitsBelow[i] + outcomes[i];

        var root = Math.Cbrt(confidences.Length);
        var (fewest, most) = ((int)Math.Max(1, Math.Floor(root / 10)), (int)Math.Min(Math.Ceiling(confidences.Length / 5.0), Math.Ceiling(10 * root)));
        var binnings = Enumerable.Range(fewest, Math.Max(1, most - fewest + 1)).Select(bins => Binning(confidences, hitsBelow, bins)).ToArray();
        var best = binnings.Max(binning => binning.LogScore);
        var total = binnings.Sum(binning => Math.Exp(binning.LogScore - best));

        // The average of step functions is one on all their edges: between two of them no binning changes.
        double[] edges = [.. binnings.SelectMany(binning => binning.Edges).Distinct().Order()];
        var heights = new double[edges.Length + 1];
        foreach (var binning in binnings)
        {
            var weight = Math.Exp(binning.LogScore - best) / total;
            for (var (piece, bin) = (0, 0); piece < heights.Length; piece++)
            {
                while (bin < binning.Edges.Length && piece > 0 && binning.Edges[bin] <= edges[piece - 1])
                    bin++;
                heights[piece] += weight * binning.Heights[bin];
            }
        }
        return new StepCurve(edges, heights);
    }

    private static (double[] Edges, double[] Heights, double LogScore) Binning(double[] sorted, double[] hitsBelow, int bins)
    {
        var edges = HistogramBinning.MassEdges(sorted, bins);
        var heights = new double[edges.Length + 1];
        var (score, start) = (0.0, 0);
        for (var b = 0; b < heights.Length; b++)
        {
            var end = b == edges.Length ? sorted.Length : LowerBound(sorted, edges[b]);
            var (rows, right) = (end - start, hitsBelow[end] - hitsBelow[start]);
            var middle = HistogramBinning.Centre(edges, b);
            var (alpha, beta) = (PriorRows * middle, PriorRows * (1 - middle));
            score += SpecialFunctions.GammaLn(PriorRows) - SpecialFunctions.GammaLn(rows + PriorRows)
                + SpecialFunctions.GammaLn(right + alpha) - SpecialFunctions.GammaLn(alpha)
                + SpecialFunctions.GammaLn(rows - right + beta) - SpecialFunctions.GammaLn(beta);
            heights[b] = (right + alpha) / (rows + PriorRows);
            start = end;
        }
        return (edges, heights, score);
    }

    // Rows at or below the edge.
    private static int LowerBound(double[] sorted, double edge)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] <= edge)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
