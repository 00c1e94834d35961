using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Moves values away from the image's mean grey (Rec. 601 luma for colour) by a factor uniform in [Low, High]; 0 leaves flat grey.</summary>
/// <param name="Low">At least 0.</param>
/// <param name="High">At least Low.</param>
public sealed record Contrast(double Low, double High) : ColorStep
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
        ColorMath.Contrast(image, shape, factor);
    }
}
