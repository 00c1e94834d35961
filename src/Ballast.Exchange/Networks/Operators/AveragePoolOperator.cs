namespace Ballast.Exchange.Networks.Operators;

/// <summary>Mean of each window: [n, c, ...] to [n, c, ...].</summary>
/// <param name="Window">How the window slides; dilations are 1.</param>
/// <param name="Padding">Whether padding counts as zeros in the mean.</param>
public sealed record AveragePoolOperator(SlidingWindow Window, PoolPadding Padding = PoolPadding.Excluded) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs) => Window.Dilations.Any(dilation => dilation != 1)
        ? throw new ArgumentException($"Averages over a dilated window ({Window}) are not defined.")
        : Shapes.Pool(Shapes.Real(Shapes.Single(inputs)), Window);
}
