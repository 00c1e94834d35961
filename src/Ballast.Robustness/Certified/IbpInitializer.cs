using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Learning.Networks;
using static TorchSharp.torch;

namespace Ballast.Robustness.Certified;

/// <summary>First weights that keep the width of intervals from layer to layer: N(0, 2π / n²) for n inputs of a neuron, in every linear layer and convolution but the last layer.</summary>
/// <remarks>Source: Shi et al. (NeurIPS 2021), section 3.1: E|w| n / 2 = 1. Biases and the last layer stay as they are. Behind a residual sum, of two widths, weights are halved.</remarks>
public static class IbpInitializer
{
    /// <summary>The standard deviation √(2π) / n.</summary>
    /// <param name="fanIn">Inputs n of a neuron: c_in k² for a convolution, over its groups.</param>
    public static double Deviation(long fanIn) => Math.Sqrt(2 * Math.PI) / fanIn;

    /// <summary>Draws the weights of a network.</summary>
    /// <param name="network">A network that describes itself.</param>
    /// <param name="seed">Decides what is drawn.</param>
    public static void Apply(Network network, long seed)
    {
        ArgumentNullException.ThrowIfNull(network);
        var graph = network.ToGraph();
        var draw = new Initialization(seed, "ibp weights");
        var last = LastAffine(graph);
        for (var i = 0; i < last; i++)
        {
            if (graph.Nodes[i].Operator is not (LinearOperator or ConvOperator))
                continue;
            using var scope = NewDisposeScope();
            var weight = graph.Nodes[i].Operator is LinearOperator linear ? linear.Weight : ((ConvOperator)graph.Nodes[i].Operator).Weight;
            var fanIn = weight.Shape.Skip(1).Product;
            network.SetTensor(weight.Name, draw.Normal(weight.Shape.ToLongs(), Deviation(fanIn) / (FollowsSum(graph, graph.Nodes[i]) ? 2 : 1)));
        }
    }

    private static int LastAffine(NetworkGraph graph)
    {
        for (var i = graph.Nodes.Count - 1; i >= 0; i--)
            if (graph.Nodes[i].Operator is LinearOperator or ConvOperator)
                return i;
        return 0;
    }

    // Through what works element by element or on windows of one channel.
    private static bool FollowsSum(NetworkGraph graph, GraphNode node)
    {
        var source = graph[node.Inputs[0]];
        while (source.Operator is not (AddOperator or LinearOperator or ConvOperator or ConcatOperator or InputOperator or ConstantOperator))
            source = graph[source.Inputs[0]];
        return source.Operator is AddOperator && source.Inputs.All(input => graph[input].Operator is not ConstantOperator);
    }
}
