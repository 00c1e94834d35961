namespace Ballast.Exchange.Networks.Operators;

/// <summary>x max(0, min(1, x / 6 + 1 / 2)).</summary>
public sealed record HardSwishOperator : ElementwiseOperator;
