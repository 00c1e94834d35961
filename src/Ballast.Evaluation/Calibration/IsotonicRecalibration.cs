using Ballast.Core;
using Ballast.Evaluation.Calibration.Curves;

namespace Ballast.Evaluation.Calibration;

/// <summary>Isotonic regression of the outcome on a class's probability; one against the rest and normalised for more than two classes.</summary>
/// <remarks>
/// Source: Zadrozny and Elkan, KDD 2002; pool adjacent violators after averaging rows of equal probability. Linear between blocks,
/// constant outside. Follows any monotone distortion, but wants a thousand rows or more and gives probabilities of exactly 0 and 1.
/// </remarks>
public sealed class IsotonicRecalibration(RecalibrationScope scope = RecalibrationScope.OneAgainstRest) : IRecalibrator
{
    /// <inheritdoc/>
    public string Name => scope == RecalibrationScope.TopLabel ? "isotonic regression of the top label" : "isotonic regression";

    /// <inheritdoc/>
    public ITrainedRecalibrator Fit(Predictions predictions, ReadOnlySpan<int> labels, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        LabelledRows.Check(labels, predictions.Count, predictions.Classes);
        if (scope == RecalibrationScope.TopLabel)
        {
            var (confidences, hit) = TopLabel.Of(predictions, labels);
            var curve = FitCurve(confidences, Array.ConvertAll(hit, right => right ? 1.0 : 0));
            return new TopLabelMap(new LinearCurve(curve.Places, curve.Heights));
        }
        var classes = predictions.Classes;
        var steps = new List<IsotonicMap.Curve>();
        var hits = new double[labels.Length];
        for (var k = classes == 2 ? 1 : 0; k < classes; k++)
        {
            for (var i = 0; i < hits.Length; i++)
                hits[i] = labels[i] == k ? 1 : 0;
            steps.Add(FitCurve(predictions.Column(k), hits));
        }
        return new IsotonicMap(classes, steps);
    }

    /// <summary>The monotone curve through (x, y) of least squares (pool adjacent violators), as its corner points.</summary>
    /// <param name="x">n places; changed by the call (sorted).</param>
    /// <param name="y">n values.</param>
    internal static IsotonicMap.Curve FitCurve(double[] x, ReadOnlySpan<double> y)
    {
        var values = y.ToArray();
        Array.Sort(x, values);
        // A block: mean and weight of its rows, first and last place. Blocks stay increasing by merging back.
        var (means, weights, firsts, lasts) = (new double[x.Length], new double[x.Length], new double[x.Length], new double[x.Length]);
        var blocks = 0;
        for (var i = 0; i < x.Length;)
        {
            var (sum, start) = (0.0, i);
            for (; i < x.Length && x[i] == x[start]; i++)
                sum += values[i];
            (means[blocks], weights[blocks], firsts[blocks], lasts[blocks]) = (sum / (i - start), i - start, x[start], x[start]);
            for (blocks++; blocks > 1 && means[blocks - 2] >= means[blocks - 1]; blocks--)
            {
                var weight = weights[blocks - 2] + weights[blocks - 1];
                means[blocks - 2] = (means[blocks - 2] * weights[blocks - 2] + means[blocks - 1] * weights[blocks - 1]) / weight;
                (weights[blocks - 2], lasts[blocks - 2]) = (weight, lasts[blocks - 1]);
            }
        }
        var (corners, heights) = (new List<double>(), new List<double>());
        for (var b = 0; b < blocks; b++)
            foreach (var corner in lasts[b] == firsts[b] ? [firsts[b]] : new[] { firsts[b], lasts[b] })
            {
                corners.Add(corner);
                heights.Add(means[b]);
            }
        return new IsotonicMap.Curve(corners, heights);
    }
}
