namespace Ballast.Exchange.Networks.Operators;

/// <summary>max(0, min(1, <paramref name="Alpha"/> x + <paramref name="Beta"/>)).</summary>
/// <param name="Alpha">Slope; 0.2 by default.</param>
/// <param name="Beta">Value at 0; 0.5 by default.</param>
public sealed record HardSigmoidOperator(float Alpha, float Beta) : ElementwiseOperator;
