using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Cuts out a box of random area and shape at a uniform place and stretches it to a fixed size.</summary>
/// <remarks>
/// Source: Szegedy et al., "Going deeper with convolutions", CVPR 2015. The area is uniform, the logarithm of width over height is uniform; a box that does not
/// fit is drawn again, after ten failures the largest centred box whose shape is allowed is taken.
/// </remarks>
/// <param name="Size">Size of the output; null for the image's own.</param>
/// <param name="MinArea">Least share of the image's area, in (0,1].</param>
/// <param name="MaxArea">Greatest share, in [MinArea,1].</param>
/// <param name="MinAspect">Least width over height, greater than 0.</param>
/// <param name="MaxAspect">Greatest width over height, at least MinAspect.</param>
public sealed record RandomResizedCrop(ImageSize? Size = null, double MinArea = 0.08, double MaxArea = 1, double MinAspect = 3.0 / 4, double MaxAspect = 4.0 / 3)
    : GeometricStep
{
    private const int Attempts = 10;

    /// <summary>Least share of the image's area.</summary>
    public double MinArea { get; } = Guard.Positive(MinArea);

    /// <summary>Greatest share of the image's area.</summary>
    public double MaxArea { get; } = Guard.InRange(MaxArea, MinArea, 1);

    /// <summary>Least width over height.</summary>
    public double MinAspect { get; } = Guard.Positive(MinAspect);

    /// <summary>Greatest width over height.</summary>
    public double MaxAspect { get; } = Guard.InRange(MaxAspect, MinAspect, 1e6);

    /// <inheritdoc/>
    public override ImageSize OutputSize(ImageSize input) => Size ?? input;

    /// <inheritdoc/>
    public override AffineMap Draw(ImageSize input, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var area = random.Uniform(MinArea, MaxArea) * input.Pixels;
            var aspect = Math.Exp(random.Uniform(Math.Log(MinAspect), Math.Log(MaxAspect)));
            var (width, height) = (Math.Sqrt(area * aspect), Math.Sqrt(area / aspect));
            if (width <= input.Width && height <= input.Height)
                return AffineMap.Crop(random.Uniform(0, input.Width - width), random.Uniform(0, input.Height - height), width, height, OutputSize(input));
        }
        return Centre(input);
    }

    private AffineMap Centre(ImageSize input)
    {
        var aspect = Math.Clamp((double)input.Width / input.Height, MinAspect, MaxAspect);
        var (width, height) = (Math.Min(input.Width, input.Height * aspect), Math.Min(input.Height, input.Width / aspect));
        return AffineMap.Crop((input.Width - width) / 2, (input.Height - height) / 2, width, height, OutputSize(input));
    }
}
