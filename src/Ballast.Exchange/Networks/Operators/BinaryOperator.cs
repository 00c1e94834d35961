namespace Ballast.Exchange.Networks.Operators;

/// <summary>A function of two numbers, applied element by element after broadcasting (from the last axis, as NumPy does).</summary>
public abstract record BinaryOperator : GraphOperator
{
    private protected BinaryOperator()
    {
    }

    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var (a, b) = Shapes.Pair(inputs);
        return new TensorType(Shapes.SameElement(a, b), Shapes.Broadcast(a.Shape, b.Shape));
    }
}
