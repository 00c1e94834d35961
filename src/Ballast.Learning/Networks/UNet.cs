using Ballast.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks;

/// <summary>A small U-Net that gives scores to every pixel: three levels of width c, 2c and 4c, skips between the way down and the way up.</summary>
/// <remarks>
/// Source: Ronneberger, Fischer and Brox, MICCAI 2015, with padded convolutions and batch normalisation: blocks of (3x3 convolution, normalisation, ReLU) twice, 2x2 max pooling down,
/// 2x2 transposed convolution up, a block after each skip, a 1x1 convolution at the end. Not a <see cref="Network"/>: its scores are [B, K, H, W]. First weights by <see cref="WeightRule.Torch"/>.
/// </remarks>
public sealed class UNet : Module<Tensor, Tensor>
{
    private const int Divisor = 4;

    private readonly Sequential down1, down2, bottom, up2, up1;
    private readonly MaxPool2d pool;
    private readonly ConvTranspose2d raise2, raise1;
    private readonly Conv2d head;

    /// <summary>Makes a network.</summary>
    /// <param name="inChannels">Channels of an image, at least 1.</param>
    /// <param name="classes">Classes K with the background, at least 2.</param>
    /// <param name="width">Channels c of the first level, at least 1.</param>
    /// <param name="seed">Decides the first weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    public UNet(int inChannels, int classes, int width = 8, long seed = 0) : base("u-net")
    {
        (InChannels, Classes) = (Guard.Positive(inChannels), Guard.InRange(classes, 2, 256));
        Guard.Positive(width);
        var weights = new Initialization(seed);
        down1 = Block(inChannels, width, weights);
        down2 = Block(width, 2 * width, weights);
        bottom = Block(2 * width, 4 * width, weights);
        raise2 = Raise(4 * width, 2 * width, weights);
        up2 = Block(4 * width, 2 * width, weights);
        raise1 = Raise(2 * width, width, weights);
        up1 = Block(2 * width, width, weights);
        head = weights.Conv2d(new(width, classes, 1) { HasBias = true });
        pool = MaxPool2d(2);
        RegisterComponents();
    }

    /// <summary>Channels of an image.</summary>
    public int InChannels { get; }

    /// <summary>Classes K.</summary>
    public int Classes { get; }

    /// <summary>Scores of every pixel.</summary>
    /// <param name="input">[B, c, H, W], values 0 to 1, H and W divisible by 4.</param>
    /// <returns>[B, K, H, W].</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() != 4 || input.shape[1] != InChannels)
            throw new ArgumentException($"The input has shape [{string.Join(", ", input.shape)}]; expected [B, {InChannels}, H, W].", nameof(input));
        if (input.shape[2] % Divisor != 0 || input.shape[3] % Divisor != 0 || input.shape[2] == 0 || input.shape[3] == 0)
            throw new ArgumentException($"Images of {input.shape[3]} x {input.shape[2]} pixels cannot be halved twice: height and width must be divisible by {Divisor}.", nameof(input));
        using var scope = NewDisposeScope();
        var first = down1.call(input);                                       // [B, c, H, W]
        var second = down2.call(pool.call(first));                           // [B, 2c, H/2, W/2]
        var lowest = bottom.call(pool.call(second));                         // [B, 4c, H/4, W/4]
        var middle = up2.call(cat([raise2.call(lowest), second], 1));        // [B, 2c, H/2, W/2]
        var highest = up1.call(cat([raise1.call(middle), first], 1));        // [B, c, H, W]
        return head.call(highest).MoveToOuterDisposeScope();
    }

    private static Sequential Block(int inputs, int outputs, Initialization weights) => Sequential(
        weights.Conv2d(new(inputs, outputs, 3)), BatchNorm2d(outputs), ReLU(),
        weights.Conv2d(new(outputs, outputs, 3)), BatchNorm2d(outputs), ReLU());

    private static ConvTranspose2d Raise(int inputs, int outputs, Initialization weights)
    {
        // Made on no device, so that torch draws nothing; its own rule counts outputs x area as the fan.
        using var scope = NewDisposeScope();
        var layer = ConvTranspose2d(inputs, outputs, 2, stride: 2, device: META);
        var bound = 1 / Math.Sqrt(outputs * 4);
        layer.weight = new Parameter(weights.Uniform([inputs, outputs, 2, 2], bound).DetachFromDisposeScope());
        layer.bias = new Parameter(weights.Uniform([outputs], bound).DetachFromDisposeScope());
        return layer;
    }
}
