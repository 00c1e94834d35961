using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Mirrors top to bottom.</summary>
/// <param name="Probability">In [0,1].</param>
public sealed record VerticalFlip(double Probability = 0.5) : GeometricStep
{
    /// <summary>In [0,1].</summary>
    public double Probability { get; } = Guard.InRange(Probability, 0, 1);

    /// <inheritdoc/>
    public override AffineMap Draw(ImageSize input, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return random.NextDouble() < Probability ? AffineMap.FlipVertical(input) : AffineMap.Identity;
    }
}
