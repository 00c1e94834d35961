using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;

namespace Ballast.Exchange.Onnx.Import;

/// <summary>Activations that older operator sets lack, recognised by what exporters write for them.</summary>
internal static class Composites
{
    // Constants in files are float32; what was rounded further is another function and stays as it is written.
    private const double Tolerance = 1e-6;

    /// <summary>The activation that a b is, and what it is applied to; null where it is a plain product.</summary>
    public static (GraphOperator Activation, GraphValue Input)? Recognise(OnnxImport import, GraphValue a, GraphValue b)
    {
        var factors = new List<GraphValue>();
        var scale = Factors(import, a, factors, 0) * Factors(import, b, factors, 0);
        if (factors.Count != 2)
            return null;
        var shape = Shapes.TryBroadcast(import.Builder.TypeOf(a).Shape, import.Builder.TypeOf(b).Shape);
        return (Pair(import, factors[0], factors[1], scale) ?? Pair(import, factors[1], factors[0], scale)) is { } found && import.Builder.TypeOf(found.Item2).Shape.Equals(shape) ? found : null;
    }

    // Splits a product of products into constants, whose product is returned, and the rest.
    private static double Factors(OnnxImport import, GraphValue value, List<GraphValue> factors, int depth)
    {
        var node = import.NodeOf(value);
        if (Scalar(import, value) is { } constant)
            return constant;
        if (node.Operator is MultiplyOperator && depth < 2)
            return Factors(import, node.Inputs[0], factors, depth + 1) * Factors(import, node.Inputs[1], factors, depth + 1);
        factors.Add(value);
        return 1;
    }

    private static (GraphOperator, GraphValue)? Pair(OnnxImport import, GraphValue x, GraphValue gate, double scale)
    {
        var node = import.NodeOf(gate);
        GraphOperator? activation = node.Operator switch
        {
            SigmoidOperator when Near(scale, 1) && node.Inputs[0] == x => new SiluOperator(),
            HardSigmoidOperator { Alpha: var alpha, Beta: var beta } when Near(scale, 1) && Near(alpha, 1 / 6.0) && Near(beta, 0.5) && node.Inputs[0] == x => new HardSwishOperator(),
            TanhOperator when Near(scale, 1) && import.NodeOf(node.Inputs[0]) is { Operator: SoftplusOperator } inner && inner.Inputs[0] == x => new MishOperator(),
            AddOperator when Near(scale, 0.5) => Gelu(import, node, x),
            _ => null,
        };
        return activation is null ? null : (activation, x);
    }

    // 1 + erf(x / sqrt(2)), or 1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))
    private static GeluOperator? Gelu(OnnxImport import, GraphNode sum, GraphValue x)
    {
        var (one, other) = Scalar(import, sum.Inputs[0]) is { } first ? (first, sum.Inputs[1]) : (Scalar(import, sum.Inputs[1]) ?? 0, sum.Inputs[0]);
        var node = import.NodeOf(other);
        return !Near(one, 1) ? null
            : node.Operator is UnaryOperator { Function: UnaryFunction.ErrorFunction } && Scaled(import, node.Inputs[0]) is var (scale, inner) && inner == x && Near(scale, Math.Sqrt(0.5))
                ? new GeluOperator(GeluApproximation.None)
            : node.Operator is TanhOperator && Scaled(import, node.Inputs[0]) is var (factor, cubic) && Near(factor, Math.Sqrt(2 / Math.PI)) && IsCubic(import, cubic, x)
                ? new GeluOperator(GeluApproximation.Tanh)
            : null;
    }

    private static bool IsCubic(OnnxImport import, GraphValue value, GraphValue x)
    {
        var node = import.NodeOf(value);
        if (node.Operator is not AddOperator)
            return false;
        var cube = node.Inputs[0] == x ? node.Inputs[1] : node.Inputs[1] == x ? node.Inputs[0] : (GraphValue?)null;
        return cube is { } scaled && Scaled(import, scaled) is var (factor, inner) && Near(factor, 0.044715)
            && import.NodeOf(inner) is { Operator: PowerOperator } power && power.Inputs[0] == x && Scalar(import, power.Inputs[1]) is { } exponent && Near(exponent, 3);
    }

    // c x, x c or x / c
    private static (double Factor, GraphValue Value)? Scaled(OnnxImport import, GraphValue value)
    {
        var node = import.NodeOf(value);
        return node.Operator switch
        {
            DivideOperator when Scalar(import, node.Inputs[1]) is { } divisor => (1 / divisor, node.Inputs[0]),
            MultiplyOperator when Scalar(import, node.Inputs[0]) is { } left => (left, node.Inputs[1]),
            MultiplyOperator when Scalar(import, node.Inputs[1]) is { } right => (right, node.Inputs[0]),
            _ => null,
        };
    }

    private static double? Scalar(OnnxImport import, GraphValue value) => import.NodeOf(value).Operator is ConstantOperator { Value.Count: 1 } constant ? constant.Value.ToDoubles()[0] : null;

    private static bool Near(double found, double expected) => Math.Abs(found - expected) <= Tolerance * Math.Abs(expected);
}
