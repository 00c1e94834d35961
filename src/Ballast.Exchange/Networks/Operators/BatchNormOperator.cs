namespace Ballast.Exchange.Networks.Operators;

/// <summary>(x - mean) / sqrt(variance + epsilon) * scale + shift for each channel (axis 1). Source: Ioffe and Szegedy (2015).</summary>
/// <param name="Scale">[c].</param>
/// <param name="Shift">[c].</param>
/// <param name="Mean">[c]; a statistic, not trained.</param>
/// <param name="Variance">[c], at least 0; a statistic, not trained.</param>
/// <param name="Epsilon">Added to the variance; 1e-5 by default.</param>
/// <param name="Momentum">Share that the old statistic keeps when training updates it (torch's momentum is 1 minus this); 0.9 by default.</param>
public sealed record BatchNormOperator(GraphTensor Scale, GraphTensor Shift, GraphTensor Mean, GraphTensor Variance, float Epsilon = 1e-5f, float Momentum = 0.9f) : GraphOperator
{
    /// <inheritdoc/>
    public override IEnumerable<GraphTensor> Tensors => [Scale, Shift, Mean, Variance];

    /// <inheritdoc/>
    public override IEnumerable<GraphTensor> TrainableTensors => [Scale, Shift];

    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var x = Shapes.Real(Shapes.Single(inputs));
        if (x.Shape.Count < 2)
            throw new ArgumentException($"The input {x} has no axis of channels.");
        foreach (var tensor in Tensors)
            Shapes.RequireShape(tensor, [x.Shape[1]]);
        return x;
    }

    internal override GraphOperator MapTensors(Func<GraphTensor, GraphTensor> map) =>
        this with { Scale = map(Scale), Shift = map(Shift), Mean = map(Mean), Variance = map(Variance) };
}
