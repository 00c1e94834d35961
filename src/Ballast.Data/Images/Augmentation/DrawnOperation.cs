namespace Ballast.Data.Images.Augmentation;

/// <summary>An operation of <see cref="RandAugment"/> as drawn for one image.</summary>
/// <param name="Operation">Which.</param>
/// <param name="Level">Magnitude over 30, negative where the direction was drawn so.</param>
internal readonly record struct DrawnOperation(RandAugmentOperation Operation, double Level)
{
    public AffineMap Map(ImageSize size) => Operation switch
    {
        RandAugmentOperation.Rotate => AffineMap.Rotation(30 * Level, size),
        RandAugmentOperation.ShearX => AffineMap.Shear(Degrees(0.3 * Level), 0, size),
        RandAugmentOperation.ShearY => AffineMap.Shear(0, Degrees(0.3 * Level), size),
        RandAugmentOperation.TranslateX => AffineMap.Translation(Math.Round(150.0 / 331 * size.Width * Level), 0),
        RandAugmentOperation.TranslateY => AffineMap.Translation(0, Math.Round(150.0 / 331 * size.Height * Level)),
        _ => AffineMap.Identity,
    };

    public void Apply(Span<float> image, ImageShape shape)
    {
        var factor = (float)(1 + 0.9 * Level);
        switch (Operation)
        {
            case RandAugmentOperation.AutoContrast:
                TonalOperations.AutoContrast(image, shape);
                break;
            case RandAugmentOperation.Equalize:
                TonalOperations.Equalize(image, shape);
                break;
            case RandAugmentOperation.Solarize:
                TonalOperations.Solarize(image, (float)(1 - Math.Abs(Level)));
                break;
            case RandAugmentOperation.Posterize:
                TonalOperations.Posterize(image, 8 - (int)Math.Round(4 * Math.Abs(Level)));
                break;
            case RandAugmentOperation.Sharpness:
                TonalOperations.Sharpen(image, shape, factor);
                break;
            case RandAugmentOperation.Color:
                ColorMath.Saturate(image, shape, factor);
                break;
            case RandAugmentOperation.Contrast:
                ColorMath.Contrast(image, shape, factor);
                break;
            case RandAugmentOperation.Brightness:
                ColorMath.Scale(image, factor);
                break;
            default:
                return;
        }
        ColorMath.Clip(image);
    }

    private static double Degrees(double slope) => Math.Atan(slope) * 180 / Math.PI;
}
