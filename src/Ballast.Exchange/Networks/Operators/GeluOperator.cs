namespace Ballast.Exchange.Networks.Operators;

/// <summary>x Phi(x), with Phi the normal distribution function. Source: Hendrycks and Gimpel (2016).</summary>
/// <param name="Approximation">Exact, or by the hyperbolic tangent.</param>
public sealed record GeluOperator(GeluApproximation Approximation) : ElementwiseOperator;
