namespace Ballast.Exchange.Networks.Operators;

/// <summary>In training, each element is 0 with probability <paramref name="Ratio"/> and divided by 1 - <paramref name="Ratio"/> otherwise; else nothing happens.</summary>
/// <param name="Ratio">From 0 to below 1.</param>
public sealed record DropoutOperator(float Ratio) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs) => Shapes.Single(inputs);
}
