using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>(x - mean) / deviation, a channel at a time; a pipeline's last step.</summary>
/// <param name="Means">One a channel.</param>
/// <param name="Deviations">One a channel, greater than 0.</param>
public sealed record Normalization(IReadOnlyList<double> Means, IReadOnlyList<double> Deviations) : PixelStep
{
    /// <summary>Mean and deviation of ImageNet's red, green and blue in [0,1].</summary>
    public static Normalization ImageNet { get; } = new([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The image has another number of channels, or a deviation is not positive.</exception>
    public override void Apply(Span<float> image, ImageShape shape, RandomStream random)
    {
        if (Means.Count != shape.Channels || Deviations.Count != shape.Channels)
            throw new ArgumentException($"{Means.Count} means and {Deviations.Count} deviations were given for {shape.Channels} channels.", nameof(shape));
        for (var c = 0; c < shape.Channels; c++)
        {
            var plane = image.Slice(c * shape.Plane, shape.Plane);
            TensorPrimitives.Subtract(plane, (float)Means[c], plane);
            TensorPrimitives.Multiply(plane, (float)(1 / Guard.Positive(Deviations[c], nameof(Deviations))), plane);
        }
    }
}
