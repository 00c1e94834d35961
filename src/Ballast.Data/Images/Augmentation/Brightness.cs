using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Multiplies all values by a factor uniform in [Low, High].</summary>
/// <param name="Low">At least 0.</param>
/// <param name="High">At least Low.</param>
public sealed record Brightness(double Low, double High) : ColorStep
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
        ColorMath.Scale(image, factor);
    }
}
