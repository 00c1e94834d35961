using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Moves by shares of width and height, each uniform in [-max, max].</summary>
/// <param name="MaxHorizontal">Share of the width, in [0,1].</param>
/// <param name="MaxVertical">Share of the height, in [0,1].</param>
public sealed record Translation(double MaxHorizontal, double MaxVertical) : GeometricStep
{
    /// <summary>Share of the width.</summary>
    public double MaxHorizontal { get; } = Guard.InRange(MaxHorizontal, 0, 1);

    /// <summary>Share of the height.</summary>
    public double MaxVertical { get; } = Guard.InRange(MaxVertical, 0, 1);

    /// <inheritdoc/>
    public override AffineMap Draw(ImageSize input, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return AffineMap.Translation(
            input.Width * random.Uniform(-MaxHorizontal, MaxHorizontal), input.Height * random.Uniform(-MaxVertical, MaxVertical));
    }
}
