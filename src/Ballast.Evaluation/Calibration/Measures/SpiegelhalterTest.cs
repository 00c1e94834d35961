using Ballast.Core;
using MathNet.Numerics.Distributions;

namespace Ballast.Evaluation.Calibration.Measures;

/// <summary>Spiegelhalter's test: whether the Brier score is what the probabilities themselves lead to expect.</summary>
/// <remarks>
/// Source: Spiegelhalter, "Probabilistic prediction in patient management and clinical trials", Statistics in Medicine 5 (1986), for K classes: with B_i = 1 + |p_i|^2 - 2 p_i(y_i) the mean over labels drawn by
/// p_i is 1 - |p_i|^2 and the variance 4 (sum_k p_k^3 - |p_i|^4). Normal for many rows; says nothing where every probability is 0 or 1.
/// </remarks>
public static class SpiegelhalterTest
{
    /// <summary>z and its two-sided p-value; z is infinite where rows are certain and wrong, 0 where they are certain and right.</summary>
    /// <param name="predictions">n x K probabilities.</param>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, or a label lies outside 0..K-1.</exception>
    public static (double Z, double PValue) Run(Predictions predictions, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        LabelledRows.Check(labels, predictions.Count, predictions.Classes);
        var (excess, variance) = (0.0, 0.0);
        for (var i = 0; i < labels.Length; i++)
        {
            var (squares, cubes) = (0.0, 0.0);
            foreach (var p in predictions.Row(i))
                (squares, cubes) = (squares + p * p, cubes + p * p * p);
            excess += 2 * (squares - predictions[i, labels[i]]);
            variance += Math.Max(0, 4 * (cubes - squares * squares));
        }
        if (variance < 1e-20)
            return Math.Abs(excess) < 1e-9 ? (0, 1) : (double.CopySign(double.PositiveInfinity, excess), 0);
        var z = excess / Math.Sqrt(variance);
        return (z, 2 * Normal.CDF(0, 1, -Math.Abs(z)));
    }
}
