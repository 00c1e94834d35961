namespace Ballast.Exchange.Networks.Operators;

/// <summary>max(x, 0).</summary>
public sealed record ReluOperator : ElementwiseOperator;
