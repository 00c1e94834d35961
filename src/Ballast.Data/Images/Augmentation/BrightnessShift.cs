using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Adds one amount, uniform in [-Max, Max], to all values.</summary>
/// <param name="Max">In [0,1].</param>
public sealed record BrightnessShift(double Max) : ColorStep
{
    /// <summary>In [0,1].</summary>
    public double Max { get; } = Guard.InRange(Max, 0, 1);

    /// <inheritdoc/>
    public override void Apply(Span<float> image, ImageShape shape, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        TensorPrimitives.Add(image, (float)random.Uniform(-Max, Max), image);
    }
}
