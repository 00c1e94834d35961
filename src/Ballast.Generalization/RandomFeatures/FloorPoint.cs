namespace Ballast.Generalization.RandomFeatures;

/// <summary>The least error of the infinitely wide network at one ridge, and the coefficients that it takes.</summary>
/// <param name="Ridge">alpha.</param>
/// <param name="ResidualSquared">Sum of squared residuals.</param>
/// <param name="NormSquared">Squared norm of the coefficient function over the weight domain.</param>
/// <param name="EffectiveRank">Sum of kappa / (kappa + alpha).</param>
public sealed record FloorPoint(double Ridge, double ResidualSquared, double NormSquared, double EffectiveRank);
