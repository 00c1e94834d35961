namespace Ballast.Exchange.Networks.Operators;

/// <summary>The greater of a and b; NaN where either is.</summary>
public sealed record MaximumOperator : BinaryOperator;
