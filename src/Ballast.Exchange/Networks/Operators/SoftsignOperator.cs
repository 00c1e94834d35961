namespace Ballast.Exchange.Networks.Operators;

/// <summary>x / (1 + |x|).</summary>
public sealed record SoftsignOperator : ElementwiseOperator;
