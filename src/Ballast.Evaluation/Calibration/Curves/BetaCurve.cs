using Ballast.Core;

namespace Ballast.Evaluation.Calibration.Curves;

/// <summary>1 / (1 + exp(-(A ln p - B ln(1 - p) + C))).</summary>
/// <param name="A">At least 0.</param>
/// <param name="B">At least 0.</param>
/// <param name="C">Any.</param>
public sealed record BetaCurve(double A, double B, double C) : ConfidenceCurve
{
    private readonly double a = Guard.NotNegative(A), b = Guard.NotNegative(B);
    private readonly double c = double.IsFinite(A) && double.IsFinite(B) && double.IsFinite(C) ? C : throw new ArgumentException("The coefficients of a beta curve must be finite.");

    /// <inheritdoc/>
    public override double At(double confidence)
    {
        var (log, logRest) = Features(confidence);
        return PlattScaling.Logistic(a * log + b * logRest + c);
    }

    /// <summary>ln p and -ln(1 - p), p kept away from 0 and 1 by 1e-12.</summary>
    internal static (double Log, double NegativeLogOfRest) Features(double p) =>
        (Math.Log(Math.Max(p, Logits.SmallestProbability)), -Math.Log(Math.Max(1 - p, Logits.SmallestProbability)));
}
