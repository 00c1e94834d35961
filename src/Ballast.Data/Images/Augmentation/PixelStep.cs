using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>A step that changes values where they stand, after the warp.</summary>
public abstract record PixelStep : AugmentationStep
{
    /// <summary>Draws the step for one image and applies it in place.</summary>
    /// <param name="image">c h w values.</param>
    /// <param name="shape">Shape of the image.</param>
    /// <param name="random">The image's own stream.</param>
    public abstract void Apply(Span<float> image, ImageShape shape, RandomStream random);
}
