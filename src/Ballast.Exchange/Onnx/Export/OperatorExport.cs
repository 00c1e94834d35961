using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using static Ballast.Exchange.Onnx.Export.OnnxNodeWriter;

namespace Ballast.Exchange.Onnx.Export;

/// <summary>Each operator in ONNX's words.</summary>
internal static class OperatorExport
{
    public static void Write(OnnxNodeWriter node)
    {
        switch (node.Node.Operator)
        {
            case ConstantOperator { IsTrainable: true } constant: node.Tensor(constant.Value); break;
            case ConstantOperator constant: node.WriteConstant(constant.Value); break;
            case ElementwiseOperator activation: ActivationExport.Write(node, activation); break;
            case BinaryOperator binary: node.Write(NameOf(binary), node.Inputs()); break;
            case UnaryOperator unary: node.Write(NameOf(unary.Function), node.Inputs()); break;
            case ClipOperator clip: Clip(node, clip); break;
            case LinearOperator linear: Linear(node, linear); break;
            case ConvOperator conv:
                node.Write("Conv", conv.Bias is null ? [node.Input(0), node.Tensor(conv.Weight)] : [node.Input(0), node.Tensor(conv.Weight), node.Tensor(conv.Bias)], [.. Window(conv.Window), Int("group", conv.Groups)]);
                break;
            case DynamicConvOperator conv: node.Write("Conv", node.Inputs(), [.. Window(conv.Window), Int("group", conv.Groups)]); break;
            case MatMulOperator: node.Write("MatMul", node.Inputs()); break;
            case BatchNormOperator norm:
                node.Write("BatchNormalization", [node.Input(0), .. norm.Tensors.Select(node.Tensor)], Float("epsilon", norm.Epsilon), Float("momentum", norm.Momentum));
                break;
            case PReluOperator prelu: node.Write("PRelu", [node.Input(0), node.Tensor(prelu.Slope)]); break;
            case EmbeddingOperator embedding: node.Write("Gather", [node.Tensor(embedding.Table), Codes(node)], Int("axis", 0)); break;
            case MaxPoolOperator pool: node.Write("MaxPool", node.Inputs(), [.. Window(pool.Window)]); break;
            case MaxPoolIndicesOperator pool:
                node.WriteSecond("MaxPool", node.Inputs(), [.. Window(pool.Window), Int("storage_order", pool.Order == IndexOrder.ColumnMajor ? 1 : 0)]);
                break;
            case AveragePoolOperator pool:
                node.Write("AveragePool", node.Inputs(), [.. Window(pool.Window).Where(attribute => attribute.Name != "dilations"), Int("count_include_pad", pool.Padding == PoolPadding.Included ? 1 : 0)]);
                break;
            case GlobalAveragePoolOperator: node.Write("GlobalAveragePool", node.Inputs()); break;
            case GlobalMaxPoolOperator: node.Write("GlobalMaxPool", node.Inputs()); break;
            case ReshapeOperator reshape: Reshape(node, reshape.Shape); break;
            case TransposeOperator transpose: node.Write("Transpose", node.Inputs(), Ints("perm", transpose.Permutation)); break;
            case ExpandOperator expand: Expand(node, expand.Shape); break;
            case ConcatOperator concat: node.Write("Concat", node.Inputs(), Int("axis", concat.Axis)); break;
            case SliceOperator slice: Slice(node, slice); break;
            case SelectOperator select: node.Write("Gather", [node.Input(0), node.Integers("indices", select.Indices)], Int("axis", select.Axis)); break;
            case GatherOperator gather: node.Write("Gather", node.Inputs(), Int("axis", gather.Axis)); break;
            case PadOperator pad:
                node.Write(
                    "Pad",
                    [node.Input(0), node.Integers("pads", pad.Before.Concat(pad.After)), .. pad.Mode == PadMode.Constant ? [node.Number("value", pad.Value, node.TypeOf(0).Element)] : Array.Empty<string>()],
                    Text("mode", pad.Mode == PadMode.Constant ? "constant" : pad.Mode == PadMode.Reflect ? "reflect" : "edge"));
                break;
            case ReduceOperator { Function: ReduceFunction.Sum } sum: node.Write("ReduceSum", [node.Input(0), node.Integers("axes", sum.Axes)], Int("keepdims", 1)); break;
            case ReduceOperator reduce: node.Write(NameOf(reduce.Function), node.Inputs(), Ints("axes", reduce.Axes), Int("keepdims", 1)); break;
            case SoftmaxOperator softmax: node.Write("Softmax", node.Inputs(), Int("axis", softmax.Axis)); break;
            case LogSoftmaxOperator softmax: node.Write("LogSoftmax", node.Inputs(), Int("axis", softmax.Axis)); break;
            case CastOperator cast: node.Write("Cast", node.Inputs(), Int("to", (int)OnnxTensors.TypeOf(cast.To))); break;
            case DropoutOperator dropout: node.Write("Dropout", [node.Input(0), node.Number("ratio", dropout.Ratio, ElementType.Float32)]); break;
            default: throw new NotSupportedException($"{node.Node.Operator} has no form in ONNX.");
        }
    }

    private static string NameOf(BinaryOperator binary) => binary switch
    {
        AddOperator => "Add",
        SubtractOperator => "Sub",
        MultiplyOperator => "Mul",
        DivideOperator => "Div",
        PowerOperator => "Pow",
        MaximumOperator => "Max",
        _ => "Min",
    };

    private static string NameOf(UnaryFunction function) => function switch
    {
        UnaryFunction.Negate => "Neg",
        UnaryFunction.Absolute => "Abs",
        UnaryFunction.Exponential => "Exp",
        UnaryFunction.Logarithm => "Log",
        UnaryFunction.SquareRoot => "Sqrt",
        UnaryFunction.Reciprocal => "Reciprocal",
        UnaryFunction.Floor => "Floor",
        UnaryFunction.Ceiling => "Ceil",
        UnaryFunction.Round => "Round",
        UnaryFunction.Sign => "Sign",
        UnaryFunction.ErrorFunction => "Erf",
        UnaryFunction.Sine => "Sin",
        _ => "Cos",
    };

    private static string NameOf(ReduceFunction function) => function switch
    {
        ReduceFunction.Mean => "ReduceMean",
        ReduceFunction.Product => "ReduceProd",
        ReduceFunction.Maximum => "ReduceMax",
        ReduceFunction.Minimum => "ReduceMin",
        ReduceFunction.L1 => "ReduceL1",
        ReduceFunction.L2 => "ReduceL2",
        ReduceFunction.SumOfSquares => "ReduceSumSquare",
        ReduceFunction.LogSum => "ReduceLogSum",
        _ => "ReduceLogSumExp",
    };

    private static IEnumerable<Protobuf.AttributeProto> Window(SlidingWindow window) =>
    [
        Ints("kernel_shape", window.Kernel), Ints("strides", window.Strides), Ints("dilations", window.Dilations), Ints("pads", window.PadsBefore.Concat(window.PadsAfter)),
    ];

    private static void Linear(OnnxNodeWriter node, LinearOperator linear)
    {
        string[] bias = linear.Bias is null ? [] : [node.Tensor(linear.Bias)];
        if (node.TypeOf(0).Shape.Count == 2)
        {
            node.Write("Gemm", [node.Input(0), node.Tensor(linear.Weight), .. bias], Int("transB", 1));
            return;
        }
        // The weight keeps its layout in the file; who loads it folds the transposition.
        string[] product = [node.Input(0), node.Part("weight", "Transpose", [node.Tensor(linear.Weight)], Ints("perm", [1, 0]))];
        if (linear.Bias is null)
            node.Write("MatMul", product);
        else
            node.Write("Add", [node.Part("product", "MatMul", product), .. bias]);
    }

    private static void Clip(OnnxNodeWriter node, ClipOperator clip)
    {
        var type = node.TypeOf(0).Element;
        var low = double.IsNegativeInfinity(clip.Low) ? "" : node.Number("min", clip.Low, type);
        string[] high = double.IsPositiveInfinity(clip.High) ? [] : [node.Number("max", clip.High, type)];
        node.Write("Clip", [node.Input(0), .. low.Length == 0 && high.Length == 0 ? Array.Empty<string>() : [low], .. high]);
    }

    private static string Codes(OnnxNodeWriter node) => node.TypeOf(0).Element is ElementType.Int64 or ElementType.Int32
        ? node.Input(0)
        : node.Part("codes", "Cast", [node.Input(0)], Int("to", (int)OnnxTensors.TypeOf(ElementType.Int64)));

    private static void Reshape(OnnxNodeWriter node, Extents shape)
    {
        var from = node.TypeOf(0).Shape;
        if (shape.Count == 2 && from.Count > 2 && from[0] == shape[0] && !from.Skip(1).HasBatch)
            node.Write("Flatten", node.Inputs(), Int("axis", 1));
        else if (shape.Contains(0) && !shape.HasBatch)
            node.Write("Reshape", [node.Input(0), node.Integers("shape", shape)], Int("allowzero", 1));
        else
            node.Write("Reshape", [node.Input(0), node.Integers("shape", shape)]);
    }

    private static void Expand(OnnxNodeWriter node, Extents shape)
    {
        var from = node.TypeOf(0).Shape;
        var batch = shape.ToList().IndexOf(Extents.Batch);
        var aligned = batch - (shape.Count - from.Count);
        if (batch < 0 || (aligned >= 0 && from[aligned] == Extents.Batch))
        {
            node.Write("Expand", [node.Input(0), node.Integers("shape", shape.Select(extent => extent == Extents.Batch ? 1 : extent))]);
            return;
        }
        var samples = node.Part("batch", "Shape", [node.BatchInput ?? throw new NotSupportedException($"Node '{node.Node.Name}' has a batch, but no input of the network does.")], Int("start", 0), Int("end", 1));
        string[] parts =
        [
            .. batch > 0 ? [node.Integers("before", shape.Take(batch))] : Array.Empty<string>(), samples,
            .. batch < shape.Count - 1 ? [node.Integers("after", shape.Skip(batch + 1))] : Array.Empty<string>(),
        ];
        node.Write("Expand", [node.Input(0), parts.Length == 1 ? samples : node.Part("shape", "Concat", parts, Int("axis", 0))]);
    }

    private static void Slice(OnnxNodeWriter node, SliceOperator slice)
    {
        // A negative end counts from the end of the axis: before its first element is one beyond that.
        var end = slice.Start + slice.Count * (long)slice.Step;
        var written = slice.Count == 0 ? slice.Start : end >= 0 ? (int)Math.Min(end, int.MaxValue) : -node.TypeOf(0).Shape[slice.Axis] - 1;
        node.Write("Slice", [node.Input(0), node.Integers("starts", [slice.Start]), node.Integers("ends", [written]), node.Integers("axes", [slice.Axis]), node.Integers("steps", [slice.Step])]);
    }
}
