using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Turns about the centre by 0, 90, 180 or 270 degrees, each as likely; meant for square images, whose pixels it keeps exactly.</summary>
public sealed record RightAngleRotation : GeometricStep
{
    /// <inheritdoc/>
    public override AffineMap Draw(ImageSize input, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return AffineMap.Rotation(90 * random.Next(4), input);
    }
}
