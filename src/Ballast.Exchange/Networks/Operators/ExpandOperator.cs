namespace Ballast.Exchange.Networks.Operators;

/// <summary>Repeats along axes of extent 1, and adds axes in front, until the shape fits; as NumPy's broadcast_to.</summary>
/// <param name="Shape">The shape of the result.</param>
public sealed record ExpandOperator(Extents Shape) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var x = Shapes.Single(inputs);
        return Shape.Equals(Shapes.TryBroadcast(x.Shape, Shape)) ? x with { Shape = Shape } : throw new ArgumentException($"{x} does not broadcast to {Shape}.");
    }
}
