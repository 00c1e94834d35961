namespace Ballast.Exchange.Networks.Operators;

/// <summary>x tanh(log(1 + e^x)). Source: Misra (2019).</summary>
public sealed record MishOperator : ElementwiseOperator;
