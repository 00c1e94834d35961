using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Ballast.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Ballast.Learning.Networks;

/// <summary>Draws the first weights of a network, tensor after tensor: tensor i comes from <c>RandomStream.For(seed, what, i)</c>, never from torch's generator.</summary>
/// <remarks>Layers must be asked for in one order; then equal seeds give equal networks on every device and number of threads.</remarks>
/// <param name="seed">The user's seed.</param>
/// <param name="what">What is drawn; a part that is added to a network later, such as a new head, takes a name of its own.</param>
public sealed class Initialization(long seed, string what = "weights")
{
    // Values drawn at a time; even, so that normal values come in pairs.
    private const int Block = 4096;

    private readonly long budget = long.MaxValue;
    private readonly bool blank;
    private long drawn, elements;

    private Initialization(long seed, string what, long budget) : this(seed, what) => (this.budget, blank) = (budget, true);

    /// <summary>The user's seed, which also decides what dropout draws.</summary>
    public long Seed => seed;

    /// <summary>Draws nothing: all weights are 0, for a network whose weights are about to be loaded.</summary>
    /// <param name="budget">Weights that may be asked for in all; a file that claims more than it holds is found out before memory is taken.</param>
    /// <param name="seed">Decides what dropout draws.</param>
    public static Initialization Blank(long budget = long.MaxValue, long seed = 0) => new(seed, "weights", budget);

    /// <summary>A linear layer [B, <paramref name="inputs"/>] to [B, <paramref name="outputs"/>] with bias.</summary>
    public Linear Linear(long inputs, long outputs, WeightRule rule = WeightRule.Torch) =>
        nn.Linear(Weight(rule, [outputs, inputs]), Bias(rule, outputs, fanIn: inputs));

    /// <summary>A linear layer whose weights are drawn from U(-<paramref name="bound"/>, <paramref name="bound"/>) and whose biases are 0.</summary>
    public Linear Linear(long inputs, long outputs, double bound) =>
        nn.Linear(new Parameter(Uniform([outputs, inputs], bound)), new Parameter(Constant([outputs], 0)));

    /// <summary>A convolution.</summary>
    public Conv2d Conv2d(ConvolutionShape shape, WeightRule rule = WeightRule.Torch)
    {
        // Made on no device, so that torch draws nothing; the weights come after.
        var layer = nn.Conv2d(
            shape.Inputs, shape.Outputs, shape.Kernel, shape.Stride, shape.Padding, groups: shape.Groups, bias: shape.HasBias, device: META);
        long inputs = shape.Inputs / shape.Groups, area = shape.Kernel * shape.Kernel;
        layer.weight = Weight(rule, [shape.Outputs, inputs, shape.Kernel, shape.Kernel]);
        if (shape.HasBias)
            layer.bias = Bias(rule, shape.Outputs, fanIn: inputs * area);
        return layer;
    }

    /// <summary>Values from U(-<paramref name="bound"/>, <paramref name="bound"/>), float32.</summary>
    /// <param name="shape">Shape of the tensor.</param>
    /// <param name="bound">At least 0.</param>
    public Tensor Uniform(ReadOnlySpan<long> shape, double bound)
    {
        Guard.NotNegative(bound);
        return Draw(shape, (random, values) =>
        {
            Units(random, values);
            TensorPrimitives.Multiply(values, (float)(2 * bound), values);
            TensorPrimitives.Subtract(values, (float)bound, values);
        });
    }

    /// <summary>Values from N(0, <paramref name="deviation"/>^2), float32.</summary>
    /// <param name="shape">Shape of the tensor.</param>
    /// <param name="deviation">Standard deviation, at least 0.</param>
    public Tensor Normal(ReadOnlySpan<long> shape, double deviation)
    {
        Guard.NotNegative(deviation);
        return Draw(shape, (random, values) => Gaussians(random, values, (float)deviation));
    }

    /// <summary>Values from N(0, <paramref name="deviation"/>^2) that lie within two standard deviations, float32, by rejection.</summary>
    /// <param name="shape">Shape of the tensor.</param>
    /// <param name="deviation">Standard deviation before truncation, at least 0; after it 0.880 times that.</param>
    public Tensor TruncatedNormal(ReadOnlySpan<long> shape, double deviation)
    {
        Guard.NotNegative(deviation);
        return Draw(shape, (random, values) =>
        {
            foreach (ref var value in values)
            {
                double z;
                do
                    z = random.NextGaussian();
                while (Math.Abs(z) > 2);
                value = (float)(deviation * z);
            }
        });
    }

    /// <summary>Equal values, float32.</summary>
    public static Tensor Constant(ReadOnlySpan<long> shape, double value) => full(shape.ToArray(), (float)value, float32, CPU);

    private Parameter Weight(WeightRule rule, long[] shape)
    {
        var area = shape.Length == 4 ? shape[2] * shape[3] : 1;
        double fanIn = Math.Max(1, shape[1] * area), fanOut = Math.Max(1, shape[0] * area);
        return new Parameter(rule switch
        {
            WeightRule.Torch => Uniform(shape, 1 / Math.Sqrt(fanIn)),
            WeightRule.KaimingFanOut => Normal(shape, Math.Sqrt(2 / fanOut)),
            WeightRule.KaimingFanIn => Normal(shape, Math.Sqrt(2 / fanIn)),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "No such rule."),
        });
    }

    private Parameter Bias(WeightRule rule, long outputs, long fanIn) => new(
        rule == WeightRule.Torch ? Uniform([outputs], 1 / Math.Sqrt(Math.Max(1, fanIn))) : Constant([outputs], 0));

    private Tensor Draw(ReadOnlySpan<long> shape, Fill fill)
    {
        Spend(shape);
        if (blank)
            return zeros(shape.ToArray(), float32, CPU);
        var random = RandomStream.For(seed, what, drawn++);
        var tensor = empty(shape.ToArray(), float32, CPU);
        var values = MemoryMarshal.Cast<byte, float>(tensor.bytes);
        for (var start = 0; start < values.Length; start += Block)
            fill(random, values[start..Math.Min(start + Block, values.Length)]);
        return tensor;
    }

    private void Spend(ReadOnlySpan<long> shape)
    {
        var left = budget - elements;
        var count = 1L;
        foreach (var extent in shape)
            count = extent != 0 && count > left / extent
                ? throw new ArgumentException($"The network has more than {budget} weights, as many as there are to load.", nameof(shape))
                : count * extent;
        elements += count;
    }

    // Uniform in [0, 1) with 24 bits, the most that float32 holds evenly.
    private static void Units(RandomStream random, Span<float> values)
    {
        var words = MemoryMarshal.Cast<float, uint>(values);
        random.Fill(words);
        TensorPrimitives.ShiftRightLogical(words, 8, words);
        TensorPrimitives.ConvertChecked<int, float>(MemoryMarshal.Cast<uint, int>(words), values);
        TensorPrimitives.Multiply(values, 1f / (1 << 24), values);
    }

    // Box and Muller, half a block of radii and half a block of angles at a time.
    private static void Gaussians(RandomStream random, Span<float> values, float deviation)
    {
        var pairs = (values.Length + 1) / 2;
        Span<float> units = stackalloc float[Block];
        Span<float> sines = stackalloc float[Block / 2];
        Span<float> cosines = stackalloc float[Block / 2];
        Units(random, units[..(2 * pairs)]);
        var radii = units[..pairs];
        var angles = units[pairs..(2 * pairs)];
        TensorPrimitives.Subtract(1f, radii, radii);             // (0, 1]: its logarithm is finite
        TensorPrimitives.Log(radii, radii);
        TensorPrimitives.Multiply(radii, -2 * deviation * deviation, radii);
        TensorPrimitives.Sqrt(radii, radii);
        TensorPrimitives.Multiply(angles, MathF.Tau, angles);
        TensorPrimitives.SinCos(angles, sines[..pairs], cosines[..pairs]);
        TensorPrimitives.Multiply(radii, cosines[..pairs], values[..pairs]);
        TensorPrimitives.Multiply(radii[..(values.Length - pairs)], sines[..(values.Length - pairs)], values[pairs..]);
    }

    private delegate void Fill(RandomStream random, Span<float> values);
}
