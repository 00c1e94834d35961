using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>A step that moves pixels. All geometric steps of a pipeline become one warp.</summary>
public abstract record GeometricStep : AugmentationStep
{
    /// <summary>Size of the image after this step.</summary>
    /// <param name="input">Size before it.</param>
    public virtual ImageSize OutputSize(ImageSize input) => input;

    /// <summary>Draws the step for one image: a map from its output's pixels to its input's places.</summary>
    /// <param name="input">Size before the step.</param>
    /// <param name="random">The image's own stream.</param>
    public abstract AffineMap Draw(ImageSize input, RandomStream random);
}
