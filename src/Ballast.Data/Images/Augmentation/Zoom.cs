using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Magnifies about the centre by a factor uniform in [Low, High].</summary>
/// <param name="Low">Greater than 0; below 1 the image shrinks and the fill shows.</param>
/// <param name="High">At least Low.</param>
public sealed record Zoom(double Low, double High) : GeometricStep
{
    /// <summary>Least factor.</summary>
    public double Low { get; } = Guard.Positive(Low);

    /// <summary>Greatest factor.</summary>
    public double High { get; } = Guard.InRange(High, Low, 1e6);

    /// <inheritdoc/>
    public override AffineMap Draw(ImageSize input, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return AffineMap.Zoom(random.Uniform(Low, High), input);
    }
}
