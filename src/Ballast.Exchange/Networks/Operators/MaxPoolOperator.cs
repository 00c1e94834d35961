namespace Ballast.Exchange.Networks.Operators;

/// <summary>Greatest value in each window: [n, c, ...] to [n, c, ...]. Padding never wins.</summary>
/// <param name="Window">How the window slides.</param>
public sealed record MaxPoolOperator(SlidingWindow Window) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs) => Shapes.Pool(Shapes.Single(inputs), Window);
}
