namespace Ballast.Exchange.Networks.Operators;

/// <summary>x where x is above <paramref name="Alpha"/>, else 0.</summary>
/// <param name="Alpha">Threshold; 1 by default.</param>
public sealed record ThresholdedReluOperator(float Alpha) : ElementwiseOperator;
