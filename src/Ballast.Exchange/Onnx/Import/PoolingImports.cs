using Ballast.Exchange.Networks.Operators;

namespace Ballast.Exchange.Onnx.Import;

/// <summary>Pooling.</summary>
internal static class PoolingImports
{
    public static IReadOnlyDictionary<string, Func<OnnxNode, OnnxValue>> All { get; } = new Dictionary<string, Func<OnnxNode, OnnxValue>>
    {
        ["MaxPool"] = MaxPool,
        ["AveragePool"] = AveragePool,
        ["GlobalAveragePool"] = node => node.Apply(new GlobalAveragePoolOperator(), node.Value(0)),
        ["GlobalMaxPool"] = node => node.Apply(new GlobalMaxPoolOperator(), node.Value(0)),
    };

    private static OnnxValue MaxPool(OnnxNode node)
    {
        var window = Window(node);
        var order = node.Int("storage_order", 0) == 0 ? IndexOrder.RowMajor : IndexOrder.ColumnMajor;
        if (node.HasOutput(1))
            node.Define(1, node.Apply(new MaxPoolIndicesOperator(window, order), node.OutputName(1), [node.Value(0)]));
        return node.Apply(new MaxPoolOperator(window), node.Value(0));
    }

    private static OnnxValue AveragePool(OnnxNode node)
    {
        var padding = node.Int("count_include_pad", 0) == 0 ? PoolPadding.Excluded : PoolPadding.Included;
        var roundUp = node.Int("ceil_mode", 0) != 0;
        var window = Window(node);
        // What is added to round up never counts, while stated padding does: one window cannot say both.
        if (roundUp && padding == PoolPadding.Included && !window.Equals(OnnxWindows.Read(node, window.Kernel, node.TypeOf(0).Shape.Skip(2))))
            throw node.Unsupported("rounding up (ceil_mode) with padding that counts (count_include_pad)", "one of them");
        return node.Apply(new AveragePoolOperator(window, padding), node.Value(0));
    }

    private static SlidingWindow Window(OnnxNode node)
    {
        var shape = node.TypeOf(0).Shape;
        if (shape.Count < 3)
            throw node.Unsupported($"{node.TypeOf(0)}", "[n, c, ...]");
        return OnnxWindows.Read(node, OnnxWindows.Kernel(node), shape.Skip(2), roundUp: node.Int("ceil_mode", 0) != 0);
    }
}
