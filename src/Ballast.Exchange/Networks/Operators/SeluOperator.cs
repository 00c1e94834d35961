namespace Ballast.Exchange.Networks.Operators;

/// <summary><paramref name="Gamma"/> (x where x is above 0, else <paramref name="Alpha"/> (e^x - 1)). Source: Klambauer et al. (2017).</summary>
/// <param name="Alpha">1.67326 by default.</param>
/// <param name="Gamma">1.05070 by default.</param>
public sealed record SeluOperator(float Alpha, float Gamma) : ElementwiseOperator;
