namespace Ballast.Learning.Networks;

/// <summary>Shape of an inverted residual block with squeeze-excite: [B, <paramref name="Inputs"/>, h, w] to [B, <paramref name="Outputs"/>, h / stride, w / stride].</summary>
/// <param name="Inputs">Input channels.</param>
/// <param name="Expansion">Expansion t; 1 leaves the expanding convolution out.</param>
/// <param name="Kernel">Extent k of the depthwise kernel, odd.</param>
/// <param name="Stride">Stride of the depthwise convolution.</param>
/// <param name="Outputs">Output channels.</param>
public readonly record struct MbConvShape(int Inputs, int Expansion, int Kernel, int Stride, int Outputs)
{
    /// <summary>Channels e of the depthwise convolution: round8(inputs x t).</summary>
    public int Expanded => EfficientNetConfiguration.Round8((double)Inputs * Expansion);

    /// <summary>Channels q of the squeeze: a quarter of the inputs, at least 1.</summary>
    public int Squeezed => Math.Max(1, Inputs / 4);

    /// <summary>Whether the input is added to the result.</summary>
    public bool IsResidual => Stride == 1 && Inputs == Outputs;
}
