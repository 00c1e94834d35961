using Ballast.Core;

namespace Ballast.Evaluation.Calibration;

/// <summary>Platt scaling: a logistic curve a z + b over the log odds z of a class; one against the rest and normalised for more than two classes.</summary>
/// <remarks>
/// Source: Platt (1999), with his targets (n+ + 1)/(n+ + 2) and 1/(n- + 2), fitted by Newton's method with backtracking as in Lin, Lin and
/// Weng, "A note on Platt's probabilistic outputs for support vector machines", Machine Learning 68 (2007).
/// </remarks>
public sealed class PlattScaling : IRecalibrator
{
    /// <inheritdoc/>
    public string Name => "Platt scaling";

    /// <inheritdoc/>
    public ITrainedRecalibrator Fit(Predictions predictions, ReadOnlySpan<int> labels, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        LabelledRows.Check(labels, predictions.Count, predictions.Classes);
        var classes = predictions.Classes;
        var curves = new List<PlattMap.Curve>();
        var hit = new bool[labels.Length];
        // Two classes need one curve: the other class has the rest.
        for (var k = classes == 2 ? 1 : 0; k < classes; k++)
        {
            for (var i = 0; i < hit.Length; i++)
                hit[i] = labels[i] == k;
            curves.Add(FitCurve(PlattMap.LogOdds(predictions, k), hit));
        }
        return new PlattMap(classes, curves);
    }

    private static PlattMap.Curve FitCurve(double[] z, bool[] hit)
    {
        var positives = hit.AsSpan().Count(true);
        var negatives = hit.Length - positives;
        var (high, low) = ((positives + 1.0) / (positives + 2.0), 1 / (negatives + 2.0));
        var (slope, intercept) = (0.0, Math.Log((positives + 1.0) / (negatives + 1.0)));
        var loss = Loss(z, hit, high, low, slope, intercept);
        for (var iteration = 0; iteration < 100; iteration++)
        {
            var (g1, g2, h11, h12, h22) = (0.0, 0.0, 1e-12, 0.0, 1e-12);
            for (var i = 0; i < z.Length; i++)
            {
                var p = Logistic(slope * z[i] + intercept);
                var error = p - (hit[i] ? high : low);
                var weight = p * (1 - p);
                (g1, g2) = (g1 + error * z[i], g2 + error);
                (h11, h12, h22) = (h11 + weight * z[i] * z[i], h12 + weight * z[i], h22 + weight);
            }
            if (Math.Abs(g1) < 1e-9 * z.Length && Math.Abs(g2) < 1e-9 * z.Length)
                break;
            var determinant = h11 * h22 - h12 * h12;
            if (!(determinant > 1e-14 * h11 * h22))
                // All scores alike: only the intercept can be told.
                (h11, h12, g1, determinant) = (1, 0, 0, h22);
            var (stepSlope, stepIntercept) = ((h12 * g2 - h22 * g1) / determinant, (h12 * g1 - h11 * g2) / determinant);
            var decrease = g1 * stepSlope + g2 * stepIntercept;
            var length = 1.0;
            for (; length > 1e-10; length /= 2)
            {
                var trial = Loss(z, hit, high, low, slope + length * stepSlope, intercept + length * stepIntercept);
                if (trial <= loss + 1e-4 * length * decrease)
                {
                    (slope, intercept, loss) = (slope + length * stepSlope, intercept + length * stepIntercept, trial);
                    break;
                }
            }
            if (length <= 1e-10)
                break;
        }
        return new PlattMap.Curve(slope, intercept);
    }

    private static double Loss(double[] z, bool[] hit, double high, double low, double slope, double intercept)
    {
        var loss = 0.0;
        for (var i = 0; i < z.Length; i++)
        {
            // -t log p - (1 - t) log(1 - p) = log(1 + e^x) - t x, written so that e^x cannot overflow
            var x = slope * z[i] + intercept;
            loss += Math.Max(x, 0) + double.LogP1(Math.Exp(-Math.Abs(x))) - (hit[i] ? high : low) * x;
        }
        return loss;
    }

    internal static double Logistic(double x) => 1 / (1 + Math.Exp(-x));
}
