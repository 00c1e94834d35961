namespace Ballast.Exchange.Networks.Operators;

/// <summary>Elements added before and after each axis.</summary>
/// <param name="Before">How many before, one number an axis. Negative ones cut off.</param>
/// <param name="After">How many after, one number an axis. Negative ones cut off.</param>
/// <param name="Mode">What is added.</param>
/// <param name="Value">The constant that is added.</param>
public sealed record PadOperator(Extents Before, Extents After, PadMode Mode = PadMode.Constant, float Value = 0) : GraphOperator
{
    internal override TensorType Infer(IReadOnlyList<TensorType> inputs) => Shapes.Pad(Shapes.Single(inputs), Before, After, Mode);
}
