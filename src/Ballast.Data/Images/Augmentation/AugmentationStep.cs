namespace Ballast.Data.Images.Augmentation;

/// <summary>One random change of an image in an <see cref="AugmentationPipeline"/>: a <see cref="GeometricStep"/>, a <see cref="PixelStep"/> or <see cref="RandAugment"/>.</summary>
public abstract record AugmentationStep;
