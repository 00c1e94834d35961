using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Shears about the centre by angles uniform in [-max, max].</summary>
/// <param name="MaxHorizontal">Degrees by which columns lean, in [0,44].</param>
/// <param name="MaxVertical">Degrees by which rows lean, in [0,44].</param>
public sealed record Shear(double MaxHorizontal, double MaxVertical = 0) : GeometricStep
{
    /// <summary>Degrees by which columns lean.</summary>
    public double MaxHorizontal { get; } = Guard.InRange(MaxHorizontal, 0, 44);

    /// <summary>Degrees by which rows lean.</summary>
    public double MaxVertical { get; } = Guard.InRange(MaxVertical, 0, 44);

    /// <inheritdoc/>
    public override AffineMap Draw(ImageSize input, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return AffineMap.Shear(random.Uniform(-MaxHorizontal, MaxHorizontal), random.Uniform(-MaxVertical, MaxVertical), input);
    }
}
