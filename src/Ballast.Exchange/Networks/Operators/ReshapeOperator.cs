namespace Ballast.Exchange.Networks.Operators;

/// <summary>The same elements, in the same order, in another shape. Also flattens, squeezes and unsqueezes.</summary>
/// <param name="Shape">The new shape, with <see cref="Extents.Batch"/> where the batch goes.</param>
public sealed record ReshapeOperator(Extents Shape) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var x = Shapes.Single(inputs);
        return Shape.Count(extent => extent == Extents.Batch) == x.Shape.Count(extent => extent == Extents.Batch) && Shape.Product == x.Shape.Product
            ? x with { Shape = Shape }
            : throw new ArgumentException($"{x} cannot take the shape {Shape}: each sample has {x.Shape.Product} elements.");
    }
}
