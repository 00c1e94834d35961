namespace Ballast.Exchange.Networks.Operators;

/// <summary>The lesser of a and b; NaN where either is.</summary>
public sealed record MinimumOperator : BinaryOperator;
