using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;

namespace Ballast.Exchange.Onnx.Import;

/// <summary>Reductions along axes.</summary>
internal static class ReductionImports
{
    public static IReadOnlyDictionary<string, Func<OnnxNode, OnnxValue>> All { get; } = new Dictionary<string, Func<OnnxNode, OnnxValue>>
    {
        ["ReduceMean"] = Reduce(ReduceFunction.Mean),
        ["ReduceSum"] = Reduce(ReduceFunction.Sum),
        ["ReduceProd"] = Reduce(ReduceFunction.Product),
        ["ReduceMax"] = Reduce(ReduceFunction.Maximum),
        ["ReduceMin"] = Reduce(ReduceFunction.Minimum),
        ["ReduceL1"] = Reduce(ReduceFunction.L1),
        ["ReduceL2"] = Reduce(ReduceFunction.L2),
        ["ReduceSumSquare"] = Reduce(ReduceFunction.SumOfSquares),
        ["ReduceLogSum"] = Reduce(ReduceFunction.LogSum),
        ["ReduceLogSumExp"] = Reduce(ReduceFunction.LogSumExp),
    };

    private static Func<OnnxNode, OnnxValue> Reduce(ReduceFunction function) => node =>
    {
        var shape = node.TypeOf(0).Shape;
        var keep = node.Int("keepdims", 1) != 0;
        var noneMeansNone = node.Int("noop_with_empty_axes", 0) != 0;
        var given = node.Integers("axes", 1);
        var axes = given is { Length: > 0 } ? node.Axes(given, shape.Count) : noneMeansNone ? Extents.None : Extents.Of(Enumerable.Range(0, shape.Count));
        if (axes.Count == 0)
            return Single(node, function);
        GraphOperator applied = function == ReduceFunction.Mean && shape.Count >= 3 && axes.SequenceEqual(Enumerable.Range(2, shape.Count - 2))
            ? new GlobalAveragePoolOperator() : new ReduceOperator(function, axes);
        if (keep)
            return node.Apply(applied, node.Value(0));
        var kept = node.Part("kept", applied, node.Value(0));
        return node.Apply(new ReshapeOperator(Extents.Of(shape.Where((_, axis) => !axes.Contains(axis)))), kept);
    };

    // What a reduction over no axis makes of each element.
    private static OnnxValue Single(OnnxNode node, ReduceFunction function) => function switch
    {
        ReduceFunction.L1 or ReduceFunction.L2 => node.Apply(new UnaryOperator(UnaryFunction.Absolute), node.Value(0)),
        ReduceFunction.SumOfSquares => node.Apply(new MultiplyOperator(), node.Value(0), node.Value(0)),
        ReduceFunction.LogSum => node.Apply(new UnaryOperator(UnaryFunction.Logarithm), node.Value(0)),
        _ => node.Operand(0),
    };
}
