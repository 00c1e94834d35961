using Ballast.Exchange.Networks;

namespace Ballast.Learning.Networks;

/// <summary>A module that can be written down as nodes of a graph, as it computes in evaluation mode.</summary>
public interface IDescribedModule
{
    /// <summary>Adds the module's nodes.</summary>
    /// <param name="graph">The graph being written.</param>
    /// <param name="name">The module's name in its network, such as <c>layer1.0</c>: nodes and tensors are named below it.</param>
    /// <param name="input">What the module is applied to.</param>
    /// <returns>What it computes.</returns>
    GraphValue Describe(NetworkGraphBuilder graph, string name, GraphValue input);
}
