namespace Ballast.Exchange.Networks.Operators;

/// <summary>Chosen elements of one axis, in a given order: columns of a table, channels of an image.</summary>
/// <param name="Axis">At least 0; not the batch.</param>
/// <param name="Indices">At least 0; may repeat.</param>
public sealed record SelectOperator(int Axis, Extents Indices) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var x = Shapes.Single(inputs);
        var extent = Shapes.FixedExtent(x, Axis);
        return Indices.All(index => index >= 0 && index < extent)
            ? x with { Shape = x.Shape.With(Axis, Indices.Count) }
            : throw new ArgumentException($"{Indices} do not lie in axis {Axis} of {x}.");
    }
}
