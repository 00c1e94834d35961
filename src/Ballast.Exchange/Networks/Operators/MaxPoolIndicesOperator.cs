namespace Ballast.Exchange.Networks.Operators;

/// <summary>Where <see cref="MaxPoolOperator"/> found each value: its position in the whole input, as Int64.</summary>
/// <param name="Window">How the window slides.</param>
/// <param name="Order">How positions are counted within a channel.</param>
public sealed record MaxPoolIndicesOperator(SlidingWindow Window, IndexOrder Order = IndexOrder.RowMajor) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs) => Shapes.Pool(Shapes.Single(inputs), Window) with { Element = ElementType.Int64 };
}
