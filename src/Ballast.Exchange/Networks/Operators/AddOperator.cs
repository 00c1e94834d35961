namespace Ballast.Exchange.Networks.Operators;

/// <summary>a + b.</summary>
public sealed record AddOperator : BinaryOperator;
