namespace Ballast.Learning.Networks;

/// <summary>A stage of MBConv blocks as it stands after scaling.</summary>
/// <param name="Expansion">Expansion t of each block.</param>
/// <param name="Kernel">Extent k of the depthwise kernels.</param>
/// <param name="Stride">Stride of the first block.</param>
/// <param name="Inputs">Channels that enter the first block.</param>
/// <param name="Outputs">Channels that leave each block.</param>
/// <param name="Repeats">Blocks.</param>
public readonly record struct EfficientNetStage(int Expansion, int Kernel, int Stride, int Inputs, int Outputs, int Repeats)
{
    /// <summary>The blocks, first to last.</summary>
    public IEnumerable<MbConvShape> Blocks()
    {
        for (var i = 0; i < Repeats; i++)
            yield return new MbConvShape(i == 0 ? Inputs : Outputs, Expansion, Kernel, i == 0 ? Stride : 1, Outputs);
    }
}
