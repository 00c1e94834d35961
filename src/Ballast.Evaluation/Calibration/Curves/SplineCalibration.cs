using Ballast.Core;
using MathNet.Numerics.LinearAlgebra;

namespace Ballast.Evaluation.Calibration.Curves;

/// <summary>Spline calibration: the slope of a smooth curve through the cumulated outcomes, without bins.</summary>
/// <remarks>
/// Source: Gupta et al., "Calibration of neural networks using splines", ICLR 2021. Rows sorted by confidence; a natural cubic spline with 6 equally spaced knots on [0, 1] is fitted by
/// least squares to (i / n, hits among the first i / n); a confidence is mapped to its fraction of rows, and its mended value is the spline's slope there, clipped to [0, 1].
/// </remarks>
public sealed class SplineCalibration(RecalibrationScope scope = RecalibrationScope.TopLabel, int knots = 6) : CurveRecalibrator(scope)
{
    private const double Ridge = 1e-10;

    private readonly int knots = Guard.InRange(knots, 3, 1000);

    /// <inheritdoc/>
    public override string Name => NameOf("spline calibration");

    /// <inheritdoc/>
    public override ConfidenceCurve FitCurve(double[] confidences, ReadOnlySpan<bool> hits)
    {
        ArgumentNullException.ThrowIfNull(confidences);
        var outcomes = Sort(confidences, hits);
        var rows = outcomes.Length;
        // Natural splines are linear in their values at the knots: column j of the design is the spline that is 1 at knot j and 0 at the others.
        var second = SecondDerivatives(knots);
        var (normal, right, weights) = (Matrix<double>.Build.Dense(knots, knots), Vector<double>.Build.Dense(knots), new double[knots]);
        var cumulated = 0.0;
        for (var i = 0; i < rows; i++)
        {
            cumulated += outcomes[i];
            Basis((i + 1.0) / rows, second, weights);
            for (var a = 0; a < knots; a++)
            {
                right[a] += weights[a] * cumulated / rows;
                for (var b = 0; b < knots; b++)
                    normal[a, b] += weights[a] * weights[b];
            }
        }
        // Fewer rows than knots leave some values open: a ridge far below what data say settles them.
        var values = (normal + Ridge * normal.Trace() * Matrix<double>.Build.DenseIdentity(knots)).Cholesky().Solve(right);
        return new SplineCurve(Fractions(confidences, out var fractions), fractions, values.ToArray(), (second * values).ToArray());
    }

    // Among equal confidences the middle of their fractions; places must differ to be interpolated.
    private static double[] Fractions(double[] sorted, out double[] fractions)
    {
        var (places, shares) = (new List<double>(), new List<double>());
        for (var i = 0; i < sorted.Length;)
        {
            var start = i;
            while (i < sorted.Length && sorted[i] == sorted[start])
                i++;
            places.Add(sorted[start]);
            shares.Add((start + i + 1) / 2.0 / sorted.Length);
        }
        fractions = [.. shares];
        return [.. places];
    }

    /// <summary>Maps values at K equally spaced knots on [0, 1] to the second derivatives there of the natural spline through them.</summary>
    private static Matrix<double> SecondDerivatives(int count)
    {
        var step = 1.0 / (count - 1);
        var (system, change) = (Matrix<double>.Build.DenseIdentity(count), Matrix<double>.Build.Dense(count, count));
        for (var j = 1; j < count - 1; j++)
        {
            (system[j, j - 1], system[j, j], system[j, j + 1]) = (step / 6, 2 * step / 3, step / 6);
            (change[j, j - 1], change[j, j], change[j, j + 1]) = (1 / step, -2 / step, 1 / step);
        }
        return system.Solve(change);
    }

    private static void Basis(double x, Matrix<double> second, double[] weights)
    {
        var step = 1.0 / (weights.Length - 1);
        var j = Math.Clamp((int)(x / step), 0, weights.Length - 2);
        var (b, a) = (x / step - j, j + 1 - x / step);
        var (low, high) = ((a * a * a - a) * step * step / 6, (b * b * b - b) * step * step / 6);
        for (var k = 0; k < weights.Length; k++)
            weights[k] = low * second[j, k] + high * second[j + 1, k];
        weights[j] += a;
        weights[j + 1] += b;
    }
}
