namespace Ballast.Exchange.Networks.Operators;

/// <summary><see cref="ConvOperator"/> whose weight, and perhaps bias, are computed too: inputs x, weight[, bias].</summary>
/// <param name="Window">How the kernel slides; padding is by zeros.</param>
/// <param name="Groups">Channels are cut into so many groups that do not see each other.</param>
public sealed record DynamicConvOperator(SlidingWindow Window, int Groups = 1) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        Shapes.Require(inputs, 2, 3);
        return Shapes.Convolve(Shapes.Real(inputs[0]), inputs[1].Shape, Window, Groups);
    }
}
