namespace Ballast.Exchange.Networks.Operators;

/// <summary>Elements of one axis at computed places: inputs data and whole-number indices; the indices' shape takes the place of the axis.</summary>
/// <param name="Axis">At least 0. Negative indices count from the end.</param>
public sealed record GatherOperator(int Axis) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var (data, indices) = Shapes.Pair(inputs);
        _ = Shapes.FixedExtent(data, Axis);
        return indices.IsReal
            ? throw new ArgumentException($"Indices are {indices}, not whole numbers.")
            : data with { Shape = [.. data.Shape.Take(Axis), .. indices.Shape, .. data.Shape.Skip(Axis + 1)] };
    }
}
