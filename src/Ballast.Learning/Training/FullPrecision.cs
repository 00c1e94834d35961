using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Learning.Training;

/// <summary>While in use, convolutions on graphics cards keep all 23 bits of float32: verdicts about single samples should not hang on the 10 bits (TF32) that training is content with.</summary>
/// <remarks>A setting of the whole process; it is put back at the end.</remarks>
internal sealed class FullPrecision : IDisposable
{
    private readonly bool before = backends.cudnn.allow_tf32;

    private FullPrecision() => backends.cudnn.allow_tf32 = false;

    /// <summary>Begins for work on <paramref name="device"/>; null on the processor, which knows nothing else.</summary>
    public static FullPrecision? On(Device device) => device.type == DeviceType.CUDA ? new FullPrecision() : null;

    /// <inheritdoc/>
    public void Dispose() => backends.cudnn.allow_tf32 = before;
}
