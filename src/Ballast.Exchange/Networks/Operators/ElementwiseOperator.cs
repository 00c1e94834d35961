namespace Ballast.Exchange.Networks.Operators;

/// <summary>A function of one real number, applied to each element: the result has the shape of the input.</summary>
public abstract record ElementwiseOperator : GraphOperator
{
    private protected ElementwiseOperator()
    {
    }

    internal override TensorType Infer(IReadOnlyList<TensorType> inputs) => Shapes.Real(Shapes.Single(inputs));
}
