namespace Ballast.Exchange.Networks.Operators;

/// <summary>Evenly spaced elements of one axis: start, start + step, ... ONNX's Slice and Split are chains of these.</summary>
/// <param name="Axis">At least 0; not the batch.</param>
/// <param name="Start">Index of the first element, at least 0.</param>
/// <param name="Count">Number of elements, at least 0.</param>
/// <param name="Step">Distance between elements; may be negative, not 0.</param>
public sealed record SliceOperator(int Axis, int Start, int Count, int Step = 1) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var x = Shapes.Single(inputs);
        var extent = Shapes.FixedExtent(x, Axis);
        var last = Start + (Count - 1L) * Step;
        return Step != 0 && Count >= 0 && (Count == 0 || (Start >= 0 && Start < extent && last >= 0 && last < extent))
            ? x with { Shape = x.Shape.With(Axis, Count) }
            : throw new ArgumentException($"{Count} elements from {Start} in steps of {Step} do not lie in axis {Axis} of {x}.");
    }
}
