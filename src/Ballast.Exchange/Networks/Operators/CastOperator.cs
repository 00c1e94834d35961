namespace Ballast.Exchange.Networks.Operators;

/// <summary>The same numbers as another type; real numbers are truncated toward 0 to whole ones.</summary>
/// <param name="To">The new type.</param>
public sealed record CastOperator(ElementType To) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs) => Shapes.Single(inputs) with { Element = To };
}
