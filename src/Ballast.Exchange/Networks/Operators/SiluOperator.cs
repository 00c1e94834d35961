namespace Ballast.Exchange.Networks.Operators;

/// <summary>x / (1 + e^-x), also called swish.</summary>
public sealed record SiluOperator : ElementwiseOperator;
