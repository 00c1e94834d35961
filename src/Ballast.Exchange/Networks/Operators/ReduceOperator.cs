namespace Ballast.Exchange.Networks.Operators;

/// <summary>One number for all elements along some axes, which keep extent 1.</summary>
/// <param name="Function">Which number.</param>
/// <param name="Axes">At least one, each at least 0, ascending; not the batch.</param>
public sealed record ReduceOperator(ReduceFunction Function, Extents Axes) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var x = Shapes.Single(inputs);
        if (Axes.Count == 0)
            throw new ArgumentException("There are no axes to reduce.");
        var shape = x.Shape;
        foreach (var axis in Axes)
        {
            _ = Shapes.FixedExtent(x, axis);
            shape = shape.With(axis, 1);
        }
        return x with { Shape = shape };
    }
}
