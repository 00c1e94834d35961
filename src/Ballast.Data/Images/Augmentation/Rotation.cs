using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Turns about the centre by an angle uniform in [-MaxDegrees, MaxDegrees].</summary>
/// <param name="MaxDegrees">In [0,180].</param>
public sealed record Rotation(double MaxDegrees) : GeometricStep
{
    /// <summary>In [0,180].</summary>
    public double MaxDegrees { get; } = Guard.InRange(MaxDegrees, 0, 180);

    /// <inheritdoc/>
    public override AffineMap Draw(ImageSize input, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return AffineMap.Rotation(random.Uniform(-MaxDegrees, MaxDegrees), input);
    }
}
