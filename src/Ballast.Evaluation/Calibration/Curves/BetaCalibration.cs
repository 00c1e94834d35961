using Ballast.Core;
using Ballast.Numerics.Optimization;

namespace Ballast.Evaluation.Calibration.Curves;

/// <summary>Beta calibration: logistic regression of the outcome on ln p and -ln(1 - p) with coefficients of at least 0, so that the curve rises.</summary>
/// <remarks>
/// Source: Kull, Silva Filho and Flach, "Beta calibration: a well-founded and easily implemented improvement on logistic calibration for binary classifiers", AISTATS 2017.
/// A negative coefficient is set to 0 and the rest fitted again. Minimised by LBFGS.
/// </remarks>
public sealed class BetaCalibration(RecalibrationScope scope = RecalibrationScope.OneAgainstRest) : CurveRecalibrator(scope)
{
    private const double Tolerance = 1e-9;
    private const int MaximumIterations = 500;

    /// <inheritdoc/>
    public override string Name => NameOf("beta calibration");

    /// <inheritdoc/>
    public override ConfidenceCurve FitCurve(double[] confidences, ReadOnlySpan<bool> hits)
    {
        ArgumentNullException.ThrowIfNull(confidences);
        Guard.SameLength(confidences.Length, hits.Length, nameof(confidences), nameof(hits));
        var (logs, rests, right) = (new double[hits.Length], new double[hits.Length], hits.ToArray());
        for (var i = 0; i < logs.Length; i++)
            (logs[i], rests[i]) = BetaCurve.Features(confidences[i]);

        var both = Minimize(logs, rests, right, [1, 1, 0]);
        if (both[0] >= 0 && both[1] >= 0)
            return new BetaCurve(both[0], both[1], both[2]);
        var keepLog = both[0] >= both[1];
        var one = keepLog ? Minimize(logs, null, right, [1, 0, 0]) : Minimize(null, rests, right, [0, 1, 0]);
        if (one[keepLog ? 0 : 1] < 0)
            one = Minimize(null, null, right, [0, 0, 0]);
        return new BetaCurve(one[0], one[1], one[2]);
    }

    // A column that is null has no coefficient: it stays 0.
    private static double[] Minimize(double[]? logs, double[]? rests, bool[] hits, double[] start)
    {
        Lbfgs.Minimize((at, gradient) =>
        {
            var (loss, a, b, c) = (0.0, 0.0, 0.0, 0.0);
            for (var i = 0; i < hits.Length; i++)
            {
                var (log, rest) = (logs?[i] ?? 0, rests?[i] ?? 0);
                var z = at[0] * log + at[1] * rest + at[2];
                loss += Math.Max(z, 0) + double.LogP1(Math.Exp(-Math.Abs(z))) - (hits[i] ? z : 0);
                var residual = PlattScaling.Logistic(z) - (hits[i] ? 1 : 0);
                (a, b, c) = (a + residual * log, b + residual * rest, c + residual);
            }
            (gradient[0], gradient[1], gradient[2]) = (a / hits.Length, b / hits.Length, c / hits.Length);
            return loss / hits.Length;
        }, start, Tolerance, MaximumIterations, CancellationToken.None);
        return start;
    }
}
