using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Pads every side (with the pipeline's fill) and cuts out a box at a uniform whole-pixel place.</summary>
/// <param name="Padding">Pixels added on every side, at least 0.</param>
/// <param name="Size">Size of the box; null for the image's own.</param>
public sealed record RandomCrop(int Padding, ImageSize? Size = null) : GeometricStep
{
    /// <summary>Pixels added on every side.</summary>
    public int Padding { get; } = Guard.NotNegative(Padding);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The padded image is smaller than the box.</exception>
    public override ImageSize OutputSize(ImageSize input)
    {
        var size = Size ?? input;
        return size.Height <= input.Height + 2 * Padding && size.Width <= input.Width + 2 * Padding
            ? size
            : throw new ArgumentException($"An image of {input} padded by {Padding} is smaller than the crop of {size}.", nameof(input));
    }

    /// <inheritdoc/>
    public override AffineMap Draw(ImageSize input, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var size = OutputSize(input);
        var left = random.Next(input.Width + 2 * Padding - size.Width + 1) - Padding;
        var top = random.Next(input.Height + 2 * Padding - size.Height + 1) - Padding;
        return AffineMap.Translation(-left, -top);
    }
}
