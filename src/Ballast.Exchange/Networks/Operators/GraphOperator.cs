namespace Ballast.Exchange.Networks.Operators;

/// <summary>What a node computes. The set is closed: every operator there is stands in this namespace.</summary>
/// <remarks>Operators are equal when their settings and every bit of their weights are. Names and mathematics follow the ONNX standard unless said otherwise.</remarks>
public abstract record GraphOperator
{
    private protected GraphOperator()
    {
    }

    /// <summary>The weights and constants that belong to the operator.</summary>
    public virtual IEnumerable<GraphTensor> Tensors => [];

    /// <summary>Those of them that training changes.</summary>
    public virtual IEnumerable<GraphTensor> TrainableTensors => Tensors;

    /// <summary>Element type and shape of the result.</summary>
    /// <exception cref="ArgumentException">The operator cannot be applied to such inputs.</exception>
    internal abstract TensorType Infer(IReadOnlyList<TensorType> inputs);

    /// <summary>The same operator with each tensor mapped.</summary>
    internal virtual GraphOperator MapTensors(Func<GraphTensor, GraphTensor> map) => this;
}
