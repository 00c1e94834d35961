using Ballast.Exchange.Networks.Operators;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>How a window slides over [c, h, w], with padding that torch takes: the same on both sides, or put there beforehand.</summary>
/// <param name="window">Over two axes.</param>
/// <param name="inputShape">[c, h, w].</param>
internal sealed class WindowFrame(SlidingWindow window, long[] inputShape)
{
    private readonly bool isSymmetric = window.IsSymmetric;

    public long[] Kernel { get; } = window.Kernel.ToLongs();

    public long[] Strides { get; } = window.Strides.ToLongs();

    public long[] Dilations { get; } = window.Dilations.ToLongs();

    /// <summary>What is left to torch.</summary>
    public long[] Padding { get; } = window.IsSymmetric ? window.PadsBefore.ToLongs() : [0, 0];

    /// <summary>Padding on the two sides of each axis.</summary>
    public bool IsPadded { get; } = window.PadsBefore.Any(pad => pad > 0) || window.PadsAfter.Any(pad => pad > 0);

    /// <summary>Padding of both sides together.</summary>
    public long PadsOf(int axis) => window.PadsBefore[axis] + window.PadsAfter[axis];

    /// <summary>Pads where the sides differ.</summary>
    public Tensor Pad(Tensor x, double value) => isSymmetric ? x : PadAll(x, value);

    /// <summary>Pads all sides.</summary>
    public Tensor PadAll(Tensor x, double value) => IsPadded
        ? F.pad(x, [window.PadsBefore[1], window.PadsAfter[1], window.PadsBefore[0], window.PadsAfter[0]], TorchSharp.PaddingModes.Constant, value)
        : x;

    /// <summary>Undoes <see cref="Pad"/>.</summary>
    public Tensor Crop(Tensor x) => isSymmetric ? x : CropAll(x);

    /// <summary>Undoes <see cref="PadAll"/>.</summary>
    public Tensor CropAll(Tensor x) => IsPadded
        ? x.narrow(-2, window.PadsBefore[0], inputShape[1]).narrow(-1, window.PadsBefore[1], inputShape[2])
        : x;

    /// <summary>What a transposed convolution must add at the far ends to give the input's extents.</summary>
    public long[] OutputPadding(long[] outputShape) => [.. Enumerable.Range(0, 2).Select(axis =>
        inputShape[axis + 1] + (isSymmetric ? 0 : window.PadsBefore[axis] + window.PadsAfter[axis])
        - ((outputShape[axis + 1] - 1) * Strides[axis] - 2 * Padding[axis] + Dilations[axis] * (Kernel[axis] - 1) + 1))];
}
