namespace Ballast.Exchange.Networks.Operators;

/// <summary>max(0, x) + min(0, <paramref name="Alpha"/> (e^(x / <paramref name="Alpha"/>) - 1)).</summary>
/// <param name="Alpha">1 by default.</param>
public sealed record CeluOperator(float Alpha) : ElementwiseOperator;
