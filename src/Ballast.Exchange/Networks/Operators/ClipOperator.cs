namespace Ballast.Exchange.Networks.Operators;

/// <summary>min(max(x, <paramref name="Low"/>), <paramref name="High"/>), also of whole numbers.</summary>
/// <param name="Low">Minus infinity where there is no lower limit.</param>
/// <param name="High">Infinity where there is no upper limit.</param>
public sealed record ClipOperator(double Low, double High) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs) => Shapes.Single(inputs);
}
