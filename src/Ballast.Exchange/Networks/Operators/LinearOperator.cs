namespace Ballast.Exchange.Networks.Operators;

/// <summary>x W^T + b over the last axis: [..., in] to [..., out]. ONNX's Gemm and MatMul with constant weights.</summary>
/// <param name="Weight">[out, in], as torch keeps it.</param>
/// <param name="Bias">[out], or null for none.</param>
public sealed record LinearOperator(GraphTensor Weight, GraphTensor? Bias) : GraphOperator
{
    /// <inheritdoc/>
    public override IEnumerable<GraphTensor> Tensors => Bias is null ? [Weight] : [Weight, Bias];

    /// <summary>Length of the last axis of the input.</summary>
    public int InputSize => Weight.Shape[1];

    /// <summary>Length of the last axis of the result.</summary>
    public int OutputSize => Weight.Shape[0];

    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var x = Shapes.Real(Shapes.Single(inputs));
        Shapes.RequireRank(Weight, 2);
        if (x.Shape.Count < 1 || x.Shape[^1] != InputSize)
            throw new ArgumentException($"The weight {Weight} takes {InputSize} values in the last axis; the input is {x}.");
        Shapes.RequireShape(Bias, [OutputSize]);
        return x with { Shape = x.Shape.With(x.Shape.Count - 1, OutputSize) };
    }

    internal override GraphOperator MapTensors(Func<GraphTensor, GraphTensor> map) => new LinearOperator(map(Weight), Bias is null ? null : map(Bias));
}
