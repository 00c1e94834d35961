namespace Ballast.Exchange.Networks.Operators;

/// <summary>A constant of the network, such as a scale or an offset.</summary>
/// <param name="Value">The constant.</param>
public sealed record ConstantOperator(GraphTensor Value) : GraphOperator
{
    /// <summary>Whether training changes it. An ONNX file keeps trainable ones as initialisers and others as Constant nodes.</summary>
    public bool IsTrainable { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<GraphTensor> Tensors => [Value];

    /// <inheritdoc/>
    public override IEnumerable<GraphTensor> TrainableTensors => IsTrainable ? [Value] : [];

    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        Shapes.Require(inputs, 0);
        return new TensorType(Value.Type, Value.Shape);
    }

    internal override GraphOperator MapTensors(Func<GraphTensor, GraphTensor> map) => this with { Value = map(Value) };
}
