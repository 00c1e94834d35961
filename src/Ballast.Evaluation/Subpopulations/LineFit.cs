namespace Ballast.Evaluation.Subpopulations;

/// <summary>A straight line z = b0 + b1 x.</summary>
/// <param name="Intercept">b0.</param>
/// <param name="Slope">b1.</param>
/// <param name="R2">Share of the variance of z explained.</param>
public readonly record struct LineFit(double Intercept, double Slope, double R2);
