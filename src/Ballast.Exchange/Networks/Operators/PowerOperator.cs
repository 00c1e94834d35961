namespace Ballast.Exchange.Networks.Operators;

/// <summary>a to the power b, of the type of a.</summary>
public sealed record PowerOperator : BinaryOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var (a, b) = Shapes.Pair(inputs);
        return new TensorType(a.Element, Shapes.Broadcast(a.Shape, b.Shape));
    }
}
