using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Moves colours away from their own grey (Rec. 601 luma) by a factor uniform in [Low, High]; 0 leaves grey. Images without three channels stay as they are.</summary>
/// <param name="Low">At least 0.</param>
/// <param name="High">At least Low.</param>
public sealed record Saturation(double Low, double High) : ColorStep
{
    /// <summary>Least factor.</summary>
    public double Low { get; } = Guard.NotNegative(Low);

    /// <summary>Greatest factor.</summary>
    public double High { get; } = Guard.InRange(High, Low, 1e6);

    /// <inheritdoc/>
    public override void Apply(Span<float> image, ImageShape shape, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var factor = (float)random.Uniform(Low, High);
        ColorMath.Saturate(image, shape, factor);
    }
}
