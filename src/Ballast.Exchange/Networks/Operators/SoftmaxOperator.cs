namespace Ballast.Exchange.Networks.Operators;

/// <summary>e^x divided by its sum along an axis.</summary>
/// <param name="Axis">At least 0; not the batch.</param>
public sealed record SoftmaxOperator(int Axis) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var x = Shapes.Real(Shapes.Single(inputs));
        _ = Shapes.FixedExtent(x, Axis);
        return x;
    }
}
