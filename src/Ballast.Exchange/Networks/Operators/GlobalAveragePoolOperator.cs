namespace Ballast.Exchange.Networks.Operators;

/// <summary>Mean of each channel over all spatial axes: [n, c, ...] to [n, c, 1...].</summary>
public sealed record GlobalAveragePoolOperator : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs) => Shapes.GlobalPool(Shapes.Real(Shapes.Single(inputs)));
}
