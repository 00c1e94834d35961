using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Adds independent normal noise to every value; the result is not clipped.</summary>
/// <remarks>Box and Muller's transform in float32 on 24-bit uniforms, so that no value lies beyond 5.8 deviations.</remarks>
/// <param name="Deviation">Standard deviation, at least 0.</param>
public sealed record GaussianNoise(double Deviation) : PixelStep
{
    private const int Pairs = 128;

    /// <summary>Standard deviation.</summary>
    public double Deviation { get; } = Guard.NotNegative(Deviation);

    /// <inheritdoc/>
    public override void Apply(Span<float> image, ImageShape shape, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (Deviation == 0)
            return;
        Span<uint> bits = stackalloc uint[2 * Pairs];
        Span<float> radius = stackalloc float[Pairs], sine = stackalloc float[Pairs], cosine = stackalloc float[Pairs];
        for (var start = 0; start < image.Length; start += 2 * Pairs)
        {
            random.Fill(bits);
            for (var i = 0; i < Pairs; i++)
            {
                radius[i] = ((bits[i] >> 8) + 1) * (1f / (1 << 24));                              // (0,1]
                cosine[i] = (bits[Pairs + i] >> 8) * (float)(2 * Math.PI / (1 << 24));            // an angle
            }
            TensorPrimitives.Log(radius, radius);
            TensorPrimitives.Multiply(radius, (float)(-2 * Deviation * Deviation), radius);
            TensorPrimitives.Sqrt(radius, radius);
            TensorPrimitives.Sin(cosine, sine);
            TensorPrimitives.Cos(cosine, cosine);
            AddProduct(image[start..], radius, cosine);
            AddProduct(image[Math.Min(start + Pairs, image.Length)..], radius, sine);
        }
    }

    private static void AddProduct(Span<float> target, ReadOnlySpan<float> radius, ReadOnlySpan<float> direction)
    {
        var count = Math.Min(target.Length, Pairs);
        TensorPrimitives.MultiplyAdd(radius[..count], direction[..count], target[..count], target[..count]);
    }
}
