namespace Ballast.Exchange.Networks.Operators;

/// <summary>Where <see cref="MaxPoolOperator"/> found each value: its position in the whole input, row-major, as Int64.</summary>
/// <param name="Window">How the window slides.</param>
public sealed record MaxPoolIndicesOperator(SlidingWindow Window) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs) => Shapes.Pool(Shapes.Single(inputs), Window) with { Element = ElementType.Int64 };
}
