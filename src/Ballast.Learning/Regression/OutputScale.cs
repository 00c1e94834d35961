using static TorchSharp.torch;

namespace Ballast.Learning.Regression;

/// <summary>How a network's outputs become amounts: output * Factor + Offset.</summary>
/// <param name="Factor">Unit of an output, not 0.</param>
/// <param name="Offset">The amount of output 0.</param>
public sealed record OutputScale(double Factor, double Offset)
{
    /// <summary>Outputs are amounts.</summary>
    public static OutputScale Identity { get; } = new(1, 0);

    /// <summary>The amounts of outputs of any shape.</summary>
    public Tensor Apply(Tensor outputs) => Factor == 1 && Offset == 0 ? outputs : outputs * Factor + Offset;
}
