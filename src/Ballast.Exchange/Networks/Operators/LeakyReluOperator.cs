namespace Ballast.Exchange.Networks.Operators;

/// <summary>x where x is at least 0, else <paramref name="Slope"/> x.</summary>
/// <param name="Slope">Slope below 0; 0.01 by default.</param>
public sealed record LeakyReluOperator(float Slope) : ElementwiseOperator;
