using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Moves by whole pixels, each axis uniform over -MaxPixels..MaxPixels.</summary>
/// <param name="MaxPixels">At least 0.</param>
public sealed record PixelShift(int MaxPixels) : GeometricStep
{
    /// <summary>At least 0.</summary>
    public int MaxPixels { get; } = Guard.InRange(MaxPixels, 0, 1 << 20);

    /// <inheritdoc/>
    public override AffineMap Draw(ImageSize input, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return AffineMap.Translation(random.Next(2 * MaxPixels + 1) - MaxPixels, random.Next(2 * MaxPixels + 1) - MaxPixels);
    }
}
