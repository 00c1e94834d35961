namespace Ballast.Exchange.Networks.Operators;

/// <summary>x where x is at least 0, else <paramref name="Alpha"/> (e^x - 1).</summary>
/// <param name="Alpha">Minus the limit at minus infinity; 1 by default.</param>
public sealed record EluOperator(float Alpha) : ElementwiseOperator;
