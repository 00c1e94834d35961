using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>RandAugment: a few operations drawn with equal chances from fourteen, all at one magnitude. For values in [0,1].</summary>
/// <remarks>
/// Source: Cubuk, Zoph, Shlens and Le, "RandAugment: practical automated data augmentation with a reduced search space", NeurIPS 2020. Operations: identity,
/// auto-contrast, equalise, rotate (30 degrees at full magnitude), solarise (threshold 1 to 0), colour, contrast, brightness and sharpness (factor 1 +- 0.9), posterise
/// (8 to 4 bits), shear (0.3), translate (150/331 of the side, whole pixels). Directions are drawn. The geometric operations drawn go into the pipeline's one warp,
/// before the tonal ones, so the fill is subject to those. Equalise and posterise see values as 8 bits.
/// </remarks>
/// <param name="Operations">N, draws an image, 1 to 16.</param>
/// <param name="Magnitude">M, in [0,30].</param>
public sealed record RandAugment(int Operations = 2, double Magnitude = 9) : AugmentationStep
{
    private const int Choices = (int)RandAugmentOperation.TranslateY + 1;

    /// <summary>N.</summary>
    public int Operations { get; } = Guard.InRange(Operations, 1, 16);

    /// <summary>M.</summary>
    public double Magnitude { get; } = Guard.InRange(Magnitude, 0, 30);

    internal DrawnOperation Draw(RandomStream random) =>
        new((RandAugmentOperation)random.Next(Choices), random.Next(2) == 0 ? Magnitude / 30 : -Magnitude / 30);
}
