using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Ballast.Learning.Onnx;

/// <summary>Each operator of a graph in torch. The result is always a handle of its own.</summary>
internal static class TorchOperators
{
    public static Tensor Apply(TorchPass pass, GraphNode node, Tensor[] inputs) => node.Operator switch
    {
        ConstantOperator constant => pass[constant.Value].alias(),
        LinearOperator linear => F.linear(inputs[0], pass[linear.Weight], pass.Optional(linear.Bias)),
        ConvOperator conv => TorchWindows.Convolve(inputs[0], pass[conv.Weight], pass.Optional(conv.Bias), conv.Window, conv.Groups),
        DynamicConvOperator conv => TorchWindows.Convolve(inputs[0], inputs[1], inputs.Length > 2 ? inputs[2] : null, conv.Window, conv.Groups),
        MatMulOperator => inputs[0].matmul(inputs[1]),
        BatchNormOperator norm => F.batch_norm(inputs[0], pass[norm.Mean], pass[norm.Variance], pass[norm.Scale], pass[norm.Shift], pass.Training, 1 - norm.Momentum, norm.Epsilon),
        PReluOperator prelu => inputs[0].clamp_min(0) + pass[prelu.Slope] * inputs[0].clamp_max(0),
        EmbeddingOperator embedding => Gather(pass[embedding.Table], inputs[0].to_type(ScalarType.Int64), 0),
        ElementwiseOperator activation => TorchActivations.Apply(activation, inputs[0]),
        UnaryOperator unary => TorchActivations.Apply(unary.Function, inputs[0]),
        ClipOperator clip => Clip(inputs[0], clip),
        AddOperator => inputs[0] + inputs[1],
        SubtractOperator => inputs[0] - inputs[1],
        MultiplyOperator => inputs[0] * inputs[1],
        DivideOperator => inputs[0].is_integral() ? inputs[0].div(inputs[1], RoundingMode.trunc) : inputs[0] / inputs[1],
        PowerOperator => inputs[0].pow(inputs[1]).to_type(inputs[0].dtype),
        MaximumOperator => inputs[0].maximum(inputs[1]),
        MinimumOperator => inputs[0].minimum(inputs[1]),
        MaxPoolOperator pool => TorchWindows.MaxPool(inputs[0], pool.Window),
        MaxPoolIndicesOperator pool => TorchWindows.MaxPoolIndices(inputs[0], pool.Window, pool.Order),
        AveragePoolOperator pool => TorchWindows.AveragePool(inputs[0], pool.Window, pool.Padding),
        GlobalAveragePoolOperator => inputs[0].mean(Spatial(inputs[0]), keepdim: true),
        GlobalMaxPoolOperator => inputs[0].amax(Spatial(inputs[0]), keepdim: true),
        ReshapeOperator reshape => inputs[0].reshape(pass.ShapeOf(reshape.Shape)),
        TransposeOperator transpose => inputs[0].permute(transpose.Permutation.ToLongs()),
        ExpandOperator expand => inputs[0].expand(pass.ShapeOf(expand.Shape)),
        ConcatOperator concat => cat(inputs, concat.Axis),
        SliceOperator slice => Slice(inputs[0], slice),
        SelectOperator select => inputs[0].index_select(select.Axis, tensor(select.Indices.ToLongs(), device: inputs[0].device)),
        GatherOperator gather => Gather(inputs[0], inputs[1].to_type(ScalarType.Int64), gather.Axis),
        PadOperator pad => TorchWindows.Pad(inputs[0], pad),
        ReduceOperator reduce => Reduce(inputs[0], reduce.Function, reduce.Axes.ToLongs()),
        SoftmaxOperator softmax => F.softmax(inputs[0], softmax.Axis),
        LogSoftmaxOperator softmax => F.log_softmax(inputs[0], softmax.Axis),
        CastOperator cast => Cast(inputs[0], pass.TypeOf(cast.To)),
        DropoutOperator dropout => pass.Random is null || dropout.Ratio == 0 ? inputs[0].alias() : Dropout(inputs[0], dropout.Ratio, pass),
        _ => throw new NotSupportedException($"Node '{node.Name}': {node.Operator} has no form in torch."),
    };

    // Handles that are not the tensor itself, so that each can be let go of alone.
    private static Tensor Cast(Tensor x, ScalarType type) => x.dtype == type ? x.alias() : type == ScalarType.Bool ? x.not_equal(0) : x.to_type(type);

    private static Tensor Clip(Tensor x, ClipOperator clip) => x.is_integral()
        ? x.clamp((long)Math.Clamp(clip.Low, long.MinValue, long.MaxValue), (long)Math.Clamp(clip.High, long.MinValue, long.MaxValue))
        : x.clamp(clip.Low, clip.High);

    // Rows along an axis at indices of any shape; negative ones count from the end.
    private static Tensor Gather(Tensor data, Tensor indices, int axis)
    {
        var extent = data.shape[axis];
        var counted = where(indices < 0, indices + extent, indices);
        return data.index_select(axis, counted.flatten()).reshape([.. data.shape.Take(axis), .. indices.shape, .. data.shape.Skip(axis + 1)]);
    }

    private static Tensor Slice(Tensor x, SliceOperator slice)
    {
        if (slice.Step > 0)
            return x.slice(slice.Axis, slice.Start, Math.Min(x.shape[slice.Axis], slice.Start + (slice.Count - 1L) * slice.Step + 1), slice.Step).alias();
        var indices = Enumerable.Range(0, slice.Count).Select(i => slice.Start + (long)i * slice.Step).ToArray();
        return x.index_select(slice.Axis, tensor(indices, device: x.device));
    }

    private static Tensor Reduce(Tensor x, ReduceFunction function, long[] axes)
    {
        switch (function)
        {
            case ReduceFunction.Mean when x.is_integral(): return x.sum(axes, keepdim: true).div(axes.Aggregate(1L, (product, axis) => product * x.shape[axis]), RoundingMode.trunc).to_type(x.dtype);
            case ReduceFunction.Mean: return x.mean(axes, keepdim: true);
            case ReduceFunction.Sum: return x.sum(axes, keepdim: true).to_type(x.dtype);
            case ReduceFunction.Product: return axes.Aggregate(x, (product, axis) => product.prod(axis, keepdim: true)).to_type(x.dtype);
            case ReduceFunction.Maximum: return x.amax(axes, keepdim: true);
            case ReduceFunction.Minimum: return x.amin(axes, keepdim: true);
            case ReduceFunction.L1: return x.abs().sum(axes, keepdim: true).to_type(x.dtype);
            // The norm's own gradient at 0 is 0, that of a square root is not.
            case ReduceFunction.L2 when x.is_floating_point(): return linalg.vector_norm(x, 2, axes, keepdim: true);
            case ReduceFunction.L2: return (x * x).sum(axes, keepdim: true).to_type(ScalarType.Float64).sqrt().to_type(x.dtype);
            case ReduceFunction.SumOfSquares: return (x * x).sum(axes, keepdim: true).to_type(x.dtype);
            case ReduceFunction.LogSum: return x.sum(axes, keepdim: true).log();
            default:
                var peak = x.detach().amax(axes, keepdim: true);
                var finite = where(peak.isfinite(), peak, zeros_like(peak));
                return (x - finite).exp().sum(axes, keepdim: true).log() + finite;
        }
    }

    private static Tensor Dropout(Tensor x, float ratio, TorchPass pass)
    {
        using var generator = new Generator(pass.Random!.NextUInt64() >> 1, x.device);
        return x * rand(x.shape, x.dtype, x.device, generator: generator).ge(ratio) / (1 - ratio);
    }

    private static long[] Spatial(Tensor x) => [.. Enumerable.Range(2, (int)x.dim() - 2).Select(axis => (long)axis)];
}
