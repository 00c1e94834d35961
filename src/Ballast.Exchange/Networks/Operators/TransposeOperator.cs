namespace Ballast.Exchange.Networks.Operators;

/// <summary>Axes in another order.</summary>
/// <param name="Permutation">Axis i of the result is axis <c>Permutation[i]</c> of the input.</param>
public sealed record TransposeOperator(Extents Permutation) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var x = Shapes.Single(inputs);
        return Permutation.Order().SequenceEqual(Enumerable.Range(0, x.Shape.Count))
            ? x with { Shape = Extents.Of(Permutation.Select(axis => x.Shape[axis])) }
            : throw new ArgumentException($"{Permutation} is no order of the axes of {x}.");
    }
}
