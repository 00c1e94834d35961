namespace Ballast.Exchange.Networks.Operators;

/// <summary>a / b; whole numbers are truncated toward 0.</summary>
public sealed record DivideOperator : BinaryOperator;
