using System.Numerics.Tensors;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;

namespace Ballast.Exchange.Onnx.Import;

/// <summary>Operators that carry weights, where these are constants, and what they mean where they are computed.</summary>
internal static class LayerImports
{
    public static IReadOnlyDictionary<string, Func<OnnxNode, OnnxValue>> All { get; } = new Dictionary<string, Func<OnnxNode, OnnxValue>>
    {
        ["Gemm"] = Gemm,
        ["MatMul"] = MatMul,
        ["Conv"] = Conv,
        ["BatchNormalization"] = BatchNorm,
    };

    private static OnnxValue MatMul(OnnxNode node)
    {
        if (node.Constant(1) is { IsReal: true, Shape.Count: 2 } weight && node.TypeOf(0).Shape.Count >= 1 && node.Operand(0).Computed is { } x)
            return Product(node, new LinearOperator(node.Import.Owned(Transposed(node.Import, weight)), null), x);
        // W x of one vector is x W^T.
        if (node.Constant(0) is { IsReal: true, Shape.Count: 2 } rows && node.TypeOf(1).Shape is { Count: 1, HasBatch: false } && node.Operand(1).Computed is { } vector)
            return Product(node, new LinearOperator(node.Import.Owned(rows), null), vector);
        return node.Apply(new MatMulOperator(), node.Value(0), node.Value(1));
    }

    private static OnnxValue Product(OnnxNode node, LinearOperator linear, GraphValue x)
    {
        var product = node.Apply(linear, x);
        node.Import.Products.Add(product.Computed!.Value);
        return product;
    }

    // alpha op(A) op(B) + beta C
    private static OnnxValue Gemm(OnnxNode node)
    {
        var (alpha, beta) = (node.Float("alpha", 1), node.Float("beta", 1));
        var (transposeA, transposeB) = (node.Int("transA", 0) != 0, node.Int("transB", 0) != 0);
        if (node.TypeOf(0).Shape.Count != 2 || node.TypeOf(1).Shape.Count != 2)
            throw node.Unsupported($"{node.TypeOf(0)} and {node.TypeOf(1)}", "matrices");
        var a = node.Value(0);
        if (transposeA)
            a = node.Part("A", new TransposeOperator([1, 0]), a);
        if (node.Constant(1) is { IsReal: true } weight)
        {
            var rows = Scaled(node.Import, transposeB ? weight : Transposed(node.Import, weight), alpha);
            var vector = node.Constant(2) is { IsReal: true } constant ? Bias(node.Import, Scaled(node.Import, constant, beta), rows.Shape[0]) : null;
            var linear = new LinearOperator(node.Import.Owned(rows), vector is null ? null : node.Import.Owned(vector));
            return vector is not null || !node.Has(2) ? node.Apply(linear, a) : node.Apply(new AddOperator(), node.Part("product", linear, a), Times(node, "C", node.Value(2), beta));
        }
        var b = transposeB ? node.Part("B", new TransposeOperator([1, 0]), node.Value(1)) : node.Value(1);
        if (!node.Has(2))
            return alpha == 1 ? node.Apply(new MatMulOperator(), a, b) : node.Apply(new MultiplyOperator(), node.Part("product", new MatMulOperator(), a, b), node.Number("alpha", alpha, node.TypeOf(0).Element));
        var product = Times(node, "scaled", node.Part("product", new MatMulOperator(), a, b), alpha);
        return node.Apply(new AddOperator(), product, Times(node, "C", node.Value(2), beta));
    }

    private static GraphValue Times(OnnxNode node, string name, GraphValue value, float factor) =>
        factor == 1 ? value : node.Part(name, new MultiplyOperator(), value, node.Number($"{name}.factor", factor, node.Import.Builder.TypeOf(value).Element));

    // C of shape [], [1], [out] or [1, out] as a vector; null where it differs from row to row.
    private static GraphTensor? Bias(OnnxImport import, GraphTensor c, int size) =>
        c.Count == size && (c.Shape.Count == 1 || (c.Shape.Count == 2 && c.Shape[0] == 1)) ? c.Shape.Count == 1 ? c : import.Derived(c, "flat", tensor => tensor.Reshaped([size]))
        : c.Count == 1 ? import.Derived(c, $"repeated {size}", tensor => tensor.Type == ElementType.Float32
            ? new GraphTensor(tensor.Name, [size], Enumerable.Repeat(tensor.Values.Span[0], size).ToArray())
            : new GraphTensor(tensor.Name, [size], Enumerable.Repeat(tensor.Doubles.Span[0], size).ToArray()))
        : null;

    private static GraphTensor Scaled(OnnxImport import, GraphTensor tensor, float factor) => factor == 1 ? tensor : import.Derived(tensor, $"times {factor:R}", source =>
    {
        if (source.Type == ElementType.Float64)
            return new GraphTensor(source.Name, source.Shape, source.ToDoubles().Select(value => value * factor).ToArray());
        var scaled = new float[source.Count];
        TensorPrimitives.Multiply(source.Values.Span, factor, scaled);
        return new GraphTensor(source.Name, source.Shape, scaled);
    });

    private static GraphTensor Transposed(OnnxImport import, GraphTensor tensor) => import.Derived(tensor, "transposed", TensorLayout.Transpose);

    private static OnnxValue Conv(OnnxNode node)
    {
        var (x, weight) = (node.TypeOf(0), node.TypeOf(1));
        if (x.Shape.Count < 3 || weight.Shape.Count != x.Shape.Count || weight.Shape.HasBatch)
            throw node.Unsupported($"{x} and {weight}", "[n, c, ...] and [m, c / groups, ...]");
        var kernel = weight.Shape.Skip(2);
        if (node.Ints("kernel_shape") is { } stated && !node.List(stated).Equals(kernel))
            throw node.Unsupported($"kernel_shape [{string.Join(", ", stated)}]", $"{kernel} as the weight has");
        var window = OnnxWindows.Read(node, kernel, x.Shape.Skip(2));
        var groups = node.Whole(node.Int("group", 1));
        if (node.Constant(1) is { IsReal: true } constant && (!node.Has(2) || node.Constant(2) is { IsReal: true }))
            return node.Apply(new ConvOperator(node.Import.Owned(constant), node.Constant(2) is { } bias ? node.Import.Owned(bias) : null, window, groups), node.Value(0));
        return node.Apply(new DynamicConvOperator(window, groups), node.Has(2) ? [node.Value(0), node.Value(1), node.Value(2)] : [node.Value(0), node.Value(1)]);
    }

    private static OnnxValue BatchNorm(OnnxNode node)
    {
        var (epsilon, momentum) = (node.Float("epsilon", 1e-5f), node.Float("momentum", 0.9f));
        if (node.Int("spatial", 1) != 1)
            throw node.Unsupported("spatial 0", "statistics of whole channels");
        if (node.Int("training_mode", 0) != 0)
            return Training(node, epsilon, momentum);
        if (Enumerable.Range(1, 4).All(i => node.Constant(i) is { IsReal: true }))
        {
            GraphTensor Tensor(int i) => node.Import.Owned(node.Constant(i)!);
            return node.Apply(new BatchNormOperator(Tensor(1), Tensor(2), Tensor(3), Tensor(4), epsilon, momentum), node.Value(0));
        }
        return Normalise(node, Channelwise(node, 3), Channelwise(node, 4), epsilon);
    }

    // Statistics of this batch; the running ones are further outputs.
    private static OnnxValue Training(OnnxNode node, float epsilon, float momentum)
    {
        var (x, type) = (node.Value(0), node.TypeOf(0));
        var axes = Extents.Of(Enumerable.Range(0, type.Shape.Count).Where(axis => axis != 1));
        var mean = node.Part("mean", new ReduceOperator(ReduceFunction.Mean, axes), x);
        var centred = node.Part("centred", new SubtractOperator(), x, mean);
        var variance = node.Part("variance", new ReduceOperator(ReduceFunction.Mean, axes), node.Part("squares", new MultiplyOperator(), centred, centred));
        Running(1, 3, mean);
        Running(2, 4, variance);
        return Normalise(node, mean, variance, epsilon);

        void Running(int output, int input, GraphValue current)
        {
            if (!node.HasOutput(output))
                return;
            var name = node.OutputName(output);
            var kept = node.Part($"{name}/kept", new MultiplyOperator(), node.Value(input), node.Number("momentum", momentum, type.Element));
            var added = node.Part($"{name}/added", new MultiplyOperator(), node.Part($"{name}/flat", new ReshapeOperator([type.Shape[1]]), current), node.Number("rest", 1 - momentum, type.Element));
            node.Define(output, node.Apply(new AddOperator(), name, [kept, added]));
        }
    }

    private static OnnxValue Normalise(OnnxNode node, GraphValue mean, GraphValue variance, float epsilon)
    {
        var shifted = node.Part("shifted", new AddOperator(), variance, node.Number("epsilon", epsilon, node.TypeOf(0).Element));
        var deviation = node.Part("deviation", new UnaryOperator(UnaryFunction.SquareRoot), shifted);
        var standard = node.Part("standard", new DivideOperator(), node.Part("distance", new SubtractOperator(), node.Value(0), mean), deviation);
        return node.Apply(new AddOperator(), node.Part("scaled", new MultiplyOperator(), standard, Channelwise(node, 1)), Channelwise(node, 2));
    }

    // [c] as [c, 1, ...], which broadcasts over the channels.
    private static GraphValue Channelwise(OnnxNode node, int input)
    {
        var (x, vector) = (node.TypeOf(0).Shape, node.TypeOf(input).Shape);
        return x.Count <= 2 ? node.Value(input) : node.Part($"channels{input}", new ReshapeOperator([.. vector, .. Extents.Repeat(1, x.Count - 2)]), node.Value(input));
    }
}
