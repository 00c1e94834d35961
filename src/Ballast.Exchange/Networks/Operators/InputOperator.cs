namespace Ballast.Exchange.Networks.Operators;

/// <summary>A value that the caller gives.</summary>
/// <param name="Type">What it must be.</param>
public sealed record InputOperator(TensorType Type) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        Shapes.Require(inputs, 0);
        return Type;
    }
}
