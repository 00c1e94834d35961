namespace Ballast.Exchange.Networks;

/// <summary>A result of a network under the name its users know it by.</summary>
/// <param name="Name">Unique among the outputs.</param>
/// <param name="Value">The node that computes it.</param>
public sealed record GraphOutput(string Name, GraphValue Value);
