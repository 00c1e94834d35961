namespace Ballast.Exchange.Networks.Operators;

/// <summary>log(1 + e^x).</summary>
public sealed record SoftplusOperator : ElementwiseOperator;
