namespace Ballast.Data.Images.Augmentation;

/// <summary>The fourteen operations of RandAugment.</summary>
internal enum RandAugmentOperation
{
    Identity,
    AutoContrast,
    Equalize,
    Rotate,
    Solarize,
    Color,
    Posterize,
    Contrast,
    Brightness,
    Sharpness,
    ShearX,
    ShearY,
    TranslateX,
    TranslateY,
}
