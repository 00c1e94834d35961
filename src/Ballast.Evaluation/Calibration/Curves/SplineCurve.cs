namespace Ballast.Evaluation.Calibration.Curves;

/// <summary>The slope of a natural cubic spline on [0, 1], read at the fraction of fitting rows below a confidence.</summary>
/// <param name="Confidences">Different confidences of the fitting rows, ascending.</param>
/// <param name="Fractions">Share of the rows up to each of them.</param>
/// <param name="Values">Values of the spline at equally spaced knots from 0 to 1.</param>
/// <param name="SecondDerivatives">Its second derivatives there.</param>
public sealed record SplineCurve(
    IReadOnlyList<double> Confidences, IReadOnlyList<double> Fractions, IReadOnlyList<double> Values, IReadOnlyList<double> SecondDerivatives) : ConfidenceCurve
{
    private readonly double[] confidences = FiniteNumbers.Rising(Confidences, Confidences?.Count ?? 0, nameof(Confidences)), fractions = FiniteNumbers.Of(Fractions, Confidences?.Count ?? 0, nameof(Fractions));
    private readonly double[] values = FiniteNumbers.Of(Values, Math.Max(2, Values?.Count ?? 0), nameof(Values)), second = FiniteNumbers.Of(SecondDerivatives, Values?.Count ?? 0, nameof(SecondDerivatives));

    /// <inheritdoc/>
    public override double At(double confidence)
    {
        var x = Math.Clamp(Interpolation.At(confidences, fractions, confidence), 0, 1);
        var step = 1.0 / (values.Length - 1);
        var j = Math.Clamp((int)(x / step), 0, values.Length - 2);
        var (b, a) = (x / step - j, j + 1 - x / step);
        var slope = (values[j + 1] - values[j]) / step + step / 6 * ((3 * b * b - 1) * second[j + 1] - (3 * a * a - 1) * second[j]);
        return Math.Clamp(slope, 0, 1);
    }
}
