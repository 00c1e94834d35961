namespace Ballast.Exchange.Networks.Operators;

/// <summary>Hyperbolic tangent.</summary>
public sealed record TanhOperator : ElementwiseOperator;
