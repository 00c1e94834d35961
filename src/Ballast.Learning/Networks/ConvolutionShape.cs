namespace Ballast.Learning.Networks;

/// <summary>Shape of a square convolution: [B, <paramref name="Inputs"/>, h, w] to [B, <paramref name="Outputs"/>, h', w'].</summary>
/// <param name="Inputs">Input channels.</param>
/// <param name="Outputs">Output channels.</param>
/// <param name="Kernel">Extent k of the kernel.</param>
public readonly record struct ConvolutionShape(int Inputs, int Outputs, int Kernel)
{
    /// <summary>Step between outputs; by default 1.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Zeros on every side; by default (k - 1) / 2, which keeps h and w at stride 1.</summary>
    public int Padding { get; init; } = (Kernel - 1) / 2;

    /// <summary>Groups of channels that do not mix; <see cref="Inputs"/> of them make a depthwise convolution.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Whether a bias is added; by default not, since batch normalisation mostly follows.</summary>
    public bool HasBias { get; init; }
}
