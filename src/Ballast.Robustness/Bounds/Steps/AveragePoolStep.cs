using Ballast.Exchange.Networks.Operators;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>Mean of each window over two spatial axes: the sum of the window times a share that depends on its place.</summary>
internal sealed class AveragePoolStep : AffineStep
{
    private readonly WindowFrame frame;
    private readonly long[] inputShape;
    private readonly Tensor share;
    private readonly Tensor kernel;

    public AveragePoolStep(string name, int input, long[] inputShape, long[] shape, SlidingWindow window, PoolPadding padding, ScalarType type, Device device) : base(name, input, shape)
    {
        (frame, this.inputShape) = (new WindowFrame(window, inputShape), inputShape);
        kernel = ones([1, 1, .. frame.Kernel], type, device);
        using var scope = NewDisposeScope();
        var counted = padding == PoolPadding.Excluded
            ? F.conv2d(frame.PadAll(ones([1, 1, inputShape[1], inputShape[2]], type, device), 0), kernel, strides: frame.Strides)[0, 0]
            : full([shape[1], shape[2]], (double)(frame.Kernel[0] * frame.Kernel[1]), type, device);
        share = counted.reciprocal().MoveToOuterDisposeScope();
    }

    protected override Tensor? Shift => null;

    protected override long ForwardTerms => frame.Kernel[0] * frame.Kernel[1];

    // Windows side by side without padding, as nearly always: each element belongs to one window.
    private bool IsTiled => !frame.IsPadded && frame.Strides.AsSpan().SequenceEqual(frame.Kernel);

    protected override Tensor Apply(Tensor x) => !frame.IsPadded
        ? F.avg_pool2d(x, frame.Kernel, frame.Strides)
        : F.conv2d(frame.PadAll(x, 0).reshape(-1, 1, Padded(0), Padded(1)), kernel, strides: frame.Strides).reshape([x.shape[0], .. Shape]) * share;

    protected override Tensor ApplyAbsolute(Tensor x) => Apply(x);

    protected override Tensor Transpose(Tensor coefficients)
    {
        if (IsTiled)
            return Spread(coefficients * share);
        var planes = (coefficients * share).reshape(-1, 1, Shape[1], Shape[2]);
        long[] rest = [.. Enumerable.Range(0, 2).Select(axis => Padded(axis) - ((Shape[axis + 1] - 1) * frame.Strides[axis] + frame.Kernel[axis]))];
        var spread = F.conv_transpose2d(planes, kernel, strides: frame.Strides, output_padding: rest);
        return frame.CropAll(spread.reshape(coefficients.shape[0], inputShape[0], Padded(0), Padded(1)));
    }

    protected override Tensor TransposeAbsolute(Tensor coefficients) => Transpose(coefficients);

    private Tensor Spread(Tensor shares)
    {
        var (rows, channels, height, width) = (shares.shape[0], Shape[0], Shape[1], Shape[2]);
        var tiles = shares.reshape(rows, channels, height, 1, width, 1).expand(rows, channels, height, frame.Kernel[0], width, frame.Kernel[1])
            .reshape(rows, channels, height * frame.Kernel[0], width * frame.Kernel[1]);
        // What no window reaches at the far ends.
        return F.pad(tiles, [0, inputShape[2] - tiles.shape[3], 0, inputShape[1] - tiles.shape[2]], TorchSharp.PaddingModes.Constant, 0);
    }

    private long Padded(int axis) => inputShape[axis + 1] + frame.PadsOf(axis);
}
