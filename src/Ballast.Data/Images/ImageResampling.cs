namespace Ballast.Data.Images;

/// <summary>How an image gets another size.</summary>
public enum ImageResampling
{
    /// <summary>An axis that shrinks takes the mean over the part of the source that each output pixel covers; one that grows is interpolated.</summary>
    Area,

    /// <summary>Interpolation between the two nearest source pixels of each axis, also when shrinking (pixels between are passed over).</summary>
    Bilinear,
}
