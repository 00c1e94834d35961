namespace Ballast.Evaluation.Subpopulations;

/// <summary>A parabola z = c0 + c1 x + c2 x^2.</summary>
/// <param name="C0">c0.</param>
/// <param name="C1">c1.</param>
/// <param name="C2">c2; above 0 for a moon.</param>
/// <param name="R2">Share of the variance of z explained.</param>
public readonly record struct ParabolaFit(double C0, double C1, double C2, double R2)
{
    /// <summary>The slope at a place.</summary>
    public double SlopeAt(double x) => C1 + 2 * C2 * x;
}
