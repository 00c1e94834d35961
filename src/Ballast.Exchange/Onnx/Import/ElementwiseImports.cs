using Ballast.Exchange.Networks.Operators;

namespace Ballast.Exchange.Onnx.Import;

/// <summary>Activations and elementary functions of one value.</summary>
internal static class ElementwiseImports
{
    public static IReadOnlyDictionary<string, Func<OnnxNode, OnnxValue>> All { get; } = new Dictionary<string, Func<OnnxNode, OnnxValue>>
    {
        ["Relu"] = node => node.Apply(new ReluOperator(), node.Value(0)),
        ["LeakyRelu"] = node => node.Apply(new LeakyReluOperator(node.Float("alpha", 0.01f)), node.Value(0)),
        ["PRelu"] = PRelu,
        ["Elu"] = node => node.Apply(new EluOperator(node.Float("alpha", 1)), node.Value(0)),
        ["Selu"] = node => node.Apply(new SeluOperator(node.Float("alpha", 1.67326319217681884765625f), node.Float("gamma", 1.05070102214813232421875f)), node.Value(0)),
        ["Celu"] = node => node.Apply(new CeluOperator(node.Float("alpha", 1)), node.Value(0)),
        ["Gelu"] = Gelu,
        ["HardSigmoid"] = node => node.Apply(new HardSigmoidOperator(node.Float("alpha", 0.2f), node.Float("beta", 0.5f)), node.Value(0)),
        ["HardSwish"] = node => node.Apply(new HardSwishOperator(), node.Value(0)),
        ["Softplus"] = node => node.Apply(new SoftplusOperator(), node.Value(0)),
        ["Softsign"] = node => node.Apply(new SoftsignOperator(), node.Value(0)),
        ["ThresholdedRelu"] = node => node.Apply(new ThresholdedReluOperator(node.Float("alpha", 1)), node.Value(0)),
        ["Mish"] = node => node.Apply(new MishOperator(), node.Value(0)),
        ["Sigmoid"] = node => node.Apply(new SigmoidOperator(), node.Value(0)),
        ["Tanh"] = node => node.Apply(new TanhOperator(), node.Value(0)),
        ["Clip"] = Clip,
        ["Neg"] = Unary(UnaryFunction.Negate),
        ["Abs"] = Unary(UnaryFunction.Absolute),
        ["Exp"] = Unary(UnaryFunction.Exponential),
        ["Log"] = Unary(UnaryFunction.Logarithm),
        ["Sqrt"] = Unary(UnaryFunction.SquareRoot),
        ["Reciprocal"] = Unary(UnaryFunction.Reciprocal),
        ["Floor"] = Unary(UnaryFunction.Floor),
        ["Ceil"] = Unary(UnaryFunction.Ceiling),
        ["Round"] = Unary(UnaryFunction.Round),
        ["Sign"] = Unary(UnaryFunction.Sign),
        ["Erf"] = Unary(UnaryFunction.ErrorFunction),
        ["Sin"] = Unary(UnaryFunction.Sine),
        ["Cos"] = Unary(UnaryFunction.Cosine),
        ["Cast"] = Cast,
        ["Identity"] = node => node.Operand(0),
        ["Dropout"] = Dropout,
        ["Softmax"] = node => Softmax(node, axis => new SoftmaxOperator(axis)),
        ["LogSoftmax"] = node => Softmax(node, axis => new LogSoftmaxOperator(axis)),
    };

    private static Func<OnnxNode, OnnxValue> Unary(UnaryFunction function) => node => node.Apply(new UnaryOperator(function), node.Value(0));

    private static OnnxValue PRelu(OnnxNode node)
    {
        if (node.Constant(1) is { IsReal: true } slope)
            return node.Apply(new PReluOperator(node.Import.Owned(slope)), node.Value(0));
        // max(x, 0) + slope min(x, 0)
        var (x, zero) = (node.Value(0), node.Number("zero", 0, node.TypeOf(0).Element));
        var negative = node.Part("scaled", new MultiplyOperator(), node.Value(1), node.Part("negative", new MinimumOperator(), x, zero));
        return node.Apply(new AddOperator(), node.Part("positive", new MaximumOperator(), x, zero), negative);
    }

    private static OnnxValue Gelu(OnnxNode node) => node.Text("approximate") switch
    {
        null or "none" => node.Apply(new GeluOperator(GeluApproximation.None), node.Value(0)),
        "tanh" => node.Apply(new GeluOperator(GeluApproximation.Tanh), node.Value(0)),
        var other => throw node.Unsupported($"approximation '{other}'", "'none' or 'tanh'"),
    };

    private static OnnxValue Clip(OnnxNode node)
    {
        var (low, high) = (Limit("min", 1, double.NegativeInfinity), Limit("max", 2, double.PositiveInfinity));
        if (low is not null && high is not null)
            return double.IsNegativeInfinity(low.Value) && double.IsPositiveInfinity(high.Value) ? node.Operand(0) : node.Apply(new ClipOperator(low.Value, high.Value), node.Value(0));
        var x = node.Value(0);
        if (node.Has(1) && node.Has(2))
            return node.Apply(new MinimumOperator(), node.Part("raised", new MaximumOperator(), x, node.Value(1)), node.Value(2));
        return node.Has(1) ? node.Apply(new MaximumOperator(), x, node.Value(1)) : node.Apply(new MinimumOperator(), x, node.Value(2));

        double? Limit(string attribute, int input, double none) =>
            node.Float(attribute) is { } old ? old : !node.Has(input) ? none : node.Constant(input) is { Count: 1 } given ? given.ToDoubles()[0] : null;
    }

    private static OnnxValue Cast(OnnxNode node)
    {
        node.Int("saturate", 1);
        var to = OnnxTensors.ElementOf(node.Int("to", 0), $"the result of node {node.Label}", node.Import.File);
        return node.TypeOf(0).Element == to ? node.Operand(0) : node.Apply(new CastOperator(to), node.Value(0));
    }

    private static OnnxValue Dropout(OnnxNode node)
    {
        node.Int("seed", 0);
        var ratio = node.Float("ratio") ?? node.Number(1) ?? 0.5;
        if (ratio is not (>= 0 and < 1))
            throw node.Unsupported($"ratio {ratio}", "one from 0 to below 1");
        if (ratio > 0 && node.Number(2) is > 0)
            throw node.Unsupported("training mode", "inference");
        if (node.HasOutput(1))
            node.Define(1, node.Apply(new ExpandOperator(node.TypeOf(0).Shape), $"{node.OutputName(1)}", [node.Number("mask", 1, ElementType.Boolean)]));
        return node.Apply(new DropoutOperator((float)ratio), node.Value(0));
    }

    private static OnnxValue Softmax(OnnxNode node, Func<int, GraphOperator> along)
    {
        var shape = node.TypeOf(0).Shape;
        var axis = node.Axis(node.Int("axis", node.Opset < 13 ? 1 : -1), shape.Count);
        if (node.Opset >= 13 || axis == shape.Count - 1)
            return node.Apply(along(axis), node.Value(0));
        // Before version 13 all axes from this one on are one.
        var flat = node.Part("flat", new ReshapeOperator(ShapeImports.Flattened(node, shape, axis)), node.Value(0));
        return node.Apply(new ReshapeOperator(shape), node.Part("rows", along(1), flat));
    }
}
