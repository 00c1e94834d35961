namespace Ballast.Exchange.Networks.Operators;

/// <summary>1 / (1 + e^-x).</summary>
public sealed record SigmoidOperator : ElementwiseOperator;
