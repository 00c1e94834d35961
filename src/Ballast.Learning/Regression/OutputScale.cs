using Ballast.Learning.Networks;
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

    /// <summary>Writes the scale into a linear head, so that the trained network's outputs are amounts themselves.</summary>
    /// <exception cref="ArgumentException">The head is not linear, or has no bias.</exception>
    public void FoldInto(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.LinearHead is not { bias: { } bias } head)
            throw new ArgumentException("The scale can be written into a linear head with bias alone.", nameof(network));
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        head.weight!.mul_(Factor);
        bias.mul_(Factor).add_(Offset);
    }
}
