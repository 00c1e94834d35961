namespace Ballast.Exchange.Networks.Operators;

/// <summary>x minus the logarithm of the sum of e^x along an axis.</summary>
/// <param name="Axis">At least 0; not the batch.</param>
public sealed record LogSoftmaxOperator(int Axis) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var x = Shapes.Real(Shapes.Single(inputs));
        _ = Shapes.FixedExtent(x, Axis);
        return x;
    }
}
