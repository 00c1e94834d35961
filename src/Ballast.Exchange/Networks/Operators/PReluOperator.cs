namespace Ballast.Exchange.Networks.Operators;

/// <summary>x where x is at least 0, else slope times x, with slopes that are learnt. Source: He et al. (2015).</summary>
/// <param name="Slope">Broadcast to the input from the last axis; one a channel is [c, 1, 1].</param>
public sealed record PReluOperator(GraphTensor Slope) : GraphOperator
{
    /// <inheritdoc/>
    public override IEnumerable<GraphTensor> Tensors => [Slope];

    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var x = Shapes.Real(Shapes.Single(inputs));
        return x.Shape.Equals(Shapes.TryBroadcast(x.Shape, Slope.Shape)) ? x : throw new ArgumentException($"The slope {Slope} does not broadcast to {x}.");
    }

    internal override GraphOperator MapTensors(Func<GraphTensor, GraphTensor> map) => new PReluOperator(map(Slope));
}
