namespace Ballast.Exchange.Networks.Operators;

/// <summary>Convolution (cross-correlation) over one, two or three spatial axes: [n, c, ...] to [n, m, ...].</summary>
/// <param name="Weight">[m, c / groups, kernel...], as torch keeps it.</param>
/// <param name="Bias">[m], or null for none.</param>
/// <param name="Window">How the kernel slides; padding is by zeros.</param>
/// <param name="Groups">Channels are cut into so many groups that do not see each other.</param>
public sealed record ConvOperator(GraphTensor Weight, GraphTensor? Bias, SlidingWindow Window, int Groups = 1) : GraphOperator
{
    /// <inheritdoc/>
    public override IEnumerable<GraphTensor> Tensors => Bias is null ? [Weight] : [Weight, Bias];

    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        Shapes.RequireShape(Bias, [Weight.Shape.Count > 0 ? Weight.Shape[0] : 0]);
        return Shapes.Convolve(Shapes.Real(Shapes.Single(inputs)), Weight.Shape, Window, Groups);
    }

    internal override GraphOperator MapTensors(Func<GraphTensor, GraphTensor> map) => this with { Weight = map(Weight), Bias = Bias is null ? null : map(Bias) };
}
