using Ballast.Core;
using Ballast.Exchange.Onnx.Protobuf;

namespace Ballast.Exchange.Onnx.Parts;

/// <summary>The nodes that an output needs, each after those it needs itself and as late as it can be: what prepares a weight stands right before its use, so that few values are alive at once.</summary>
internal static class OnnxOrder
{
    public static IReadOnlyList<NodeProto> Of(GraphProto graph, string output, string file)
    {
        var makers = new Dictionary<string, NodeProto>();
        foreach (var node in graph.Node)
            foreach (var name in node.Output.Where(name => name.Length > 0))
                if (!makers.TryAdd(name, node))
                    throw new DataFormatException(file, $"two nodes that make '{name}'", "names that are unique");
        if (!makers.TryGetValue(output, out var last))
            throw new DataFormatException(file, $"no node that makes the output '{output}'", "a network that computes its output");
        var (order, state) = (new List<NodeProto>(), new Dictionary<NodeProto, bool>(ReferenceEqualityComparer.Instance));
        // By hand: a deep network would overflow the stack.
        var open = new Stack<(NodeProto Node, Queue<string> Needs)>();
        Enter(last);
        while (open.TryPeek(out var top))
        {
            if (top.Needs.TryDequeue(out var need))
            {
                if (!makers.TryGetValue(need, out var maker))
                    continue;
                if (!state.TryGetValue(maker, out var isDone))
                    Enter(maker);
                else if (!isDone)
                    throw new DataFormatException(file, $"a circle through node '{maker.Name}' ({maker.OpType})", "a network without circles");
                continue;
            }
            open.Pop();
            order.Add(top.Node);
            state[top.Node] = true;
        }
        return order;

        void Enter(NodeProto node)
        {
            state[node] = false;
            open.Push((node, new Queue<string>(NeedsOf(node))));
        }
    }

    /// <summary>Names that a node takes, and those that branches and loops inside it take from outside.</summary>
    public static IEnumerable<string> NeedsOf(NodeProto node) =>
        node.Input.Where(name => name.Length > 0).Concat(GraphsOf(node).SelectMany(CapturesOf)).Distinct();

    /// <summary>Branches and bodies of loops of a node, and those inside them.</summary>
    public static IEnumerable<GraphProto> GraphsWithin(NodeProto node) => GraphsOf(node).SelectMany(graph => graph.Node.SelectMany(GraphsWithin).Prepend(graph));

    private static IEnumerable<GraphProto> GraphsOf(NodeProto node) =>
        node.Attribute.SelectMany(attribute => attribute.G is null ? attribute.Graphs : attribute.Graphs.Prepend(attribute.G));

    private static IEnumerable<string> CapturesOf(GraphProto graph)
    {
        var own = graph.Input.Select(input => input.Name).Concat(graph.Initializer.Select(tensor => tensor.Name)).Concat(graph.Node.SelectMany(node => node.Output)).ToHashSet();
        return graph.Node.SelectMany(NeedsOf).Concat(graph.Output.Select(output => output.Name)).Where(name => !own.Contains(name));
    }
}
