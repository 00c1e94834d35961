namespace Ballast.Exchange.Networks;

/// <summary>A handle to what a node computes. Good only in the graph or builder that gave it.</summary>
/// <param name="Index">Position of the node in <see cref="NetworkGraph.Nodes"/>.</param>
public readonly record struct GraphValue(int Index);
