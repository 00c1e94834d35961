namespace Ballast.Exchange.Networks.Operators;

/// <summary>An elementary function of each element.</summary>
/// <param name="Function">Which.</param>
public sealed record UnaryOperator(UnaryFunction Function) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs) =>
        Function is UnaryFunction.Negate or UnaryFunction.Absolute or UnaryFunction.Sign ? Shapes.Single(inputs) : Shapes.Real(Shapes.Single(inputs));
}
