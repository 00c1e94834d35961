namespace Ballast.Exchange.Networks.Operators;

/// <summary>Two or more values joined along an axis.</summary>
/// <param name="Axis">At least 0; not the batch.</param>
public sealed record ConcatOperator(int Axis) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs) => Shapes.Concat(inputs, Axis);
}
