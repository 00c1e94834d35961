namespace Ballast.Exchange.Networks.Operators;

/// <summary>Greatest value of each channel over all spatial axes: [n, c, ...] to [n, c, 1...].</summary>
public sealed record GlobalMaxPoolOperator : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs) => Shapes.GlobalPool(Shapes.Real(Shapes.Single(inputs)));
}
