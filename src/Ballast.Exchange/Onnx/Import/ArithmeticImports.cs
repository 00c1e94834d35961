using Ballast.Exchange.Networks.Operators;

namespace Ballast.Exchange.Onnx.Import;

/// <summary>Functions of two or more values, and the layers and activations that exporters write with them.</summary>
internal static class ArithmeticImports
{
    public static IReadOnlyDictionary<string, Func<OnnxNode, OnnxValue>> All { get; } = new Dictionary<string, Func<OnnxNode, OnnxValue>>
    {
        ["Add"] = Add,
        ["Sub"] = node => node.Apply(new SubtractOperator(), node.Value(0), node.Value(1)),
        ["Mul"] = Multiply,
        ["Div"] = node => node.Apply(new DivideOperator(), node.Value(0), node.Value(1)),
        ["Pow"] = node => node.Apply(new PowerOperator(), node.Value(0), node.Value(1)),
        ["Min"] = node => Chain(node, new MinimumOperator()),
        ["Max"] = node => Chain(node, new MaximumOperator()),
        ["Sum"] = node => Chain(node, new AddOperator()),
        ["Mean"] = Mean,
    };

    private static OnnxValue Add(OnnxNode node) => LinearWithBias(node, 0, 1) ?? LinearWithBias(node, 1, 0) ?? node.Apply(new AddOperator(), node.Value(0), node.Value(1));

    // MatMul by a constant, then a constant vector: one linear layer, where nothing else looks at the product.
    private static OnnxValue? LinearWithBias(OnnxNode node, int product, int bias)
    {
        if (node.Operand(product).Computed is not { } computed || !node.Import.Products.Contains(computed) || node.Constant(bias) is not { IsReal: true, Shape.Count: >= 1 } vector || node.Import.UsesOf(node.InputName(product)) != 1)
            return null;
        var linear = node.Import.NodeOf(computed);
        if (linear.Operator is not LinearOperator { Bias: null } layer || vector.Count != layer.OutputSize || vector.Shape[^1] != vector.Count || vector.Shape.Count > linear.Shape.Count)
            return null;
        var flat = vector.Shape.Count == 1 ? vector : node.Import.Derived(vector, "flat", tensor => tensor.Reshaped([tensor.Count]));
        return node.Apply(new LinearOperator(layer.Weight, node.Import.Owned(flat)), linear.Inputs);
    }

    private static OnnxValue Multiply(OnnxNode node)
    {
        var (a, b) = (node.Value(0), node.Value(1));
        if (Composites.Recognise(node.Import, a, b) is var (activation, input))
            return node.Apply(activation, input);
        return node.Apply(new MultiplyOperator(), a, b);
    }

    private static OnnxValue Chain(OnnxNode node, BinaryOperator applied)
    {
        if (node.InputCount == 1)
            return node.Operand(0);
        var value = node.Value(0);
        for (var i = 1; i < node.InputCount - 1; i++)
            value = node.Part($"{i}", applied, value, node.Value(i));
        return node.Apply(applied, value, node.Value(node.InputCount - 1));
    }

    private static OnnxValue Mean(OnnxNode node)
    {
        if (node.InputCount == 1)
            return node.Operand(0);
        var value = node.Value(0);
        for (var i = 1; i < node.InputCount; i++)
            value = node.Part($"{i}", new AddOperator(), value, node.Value(i));
        return node.Apply(new DivideOperator(), value, node.Number("count", node.InputCount, node.TypeOf(0).Element));
    }
}
