namespace Ballast.Exchange.Networks.Operators;

/// <summary>Matrix product of two computed values over their last two axes, the others broadcast, as NumPy's matmul.</summary>
public sealed record MatMulOperator : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var (a, b) = Shapes.Pair(inputs);
        return new TensorType(Shapes.SameElement(a, b), Shapes.MatMul(a.Shape, b.Shape));
    }
}
