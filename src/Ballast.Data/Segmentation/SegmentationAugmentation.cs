using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Images.Augmentation;

namespace Ballast.Data.Segmentation;

/// <summary>Geometric augmentation of an image and its mask by one drawn map: images by interpolation, masks by the nearest pixel; what lies outside is 0, the background.</summary>
/// <param name="steps">Applied one after another.</param>
public sealed class SegmentationAugmentation(params IReadOnlyList<GeometricStep> steps)
{
    /// <summary>Flips, turns by right angles and by up to 20 degrees.</summary>
    public static SegmentationAugmentation Default { get; } = new(new HorizontalFlip(), new VerticalFlip(), new RightAngleRotation(), new Rotation(20));

    /// <summary>Draws a map and applies it to both.</summary>
    /// <param name="shape">Shape of the image; square where a step turns by right angles.</param>
    /// <param name="image">c h w values.</param>
    /// <param name="mask">h w classes.</param>
    /// <param name="random">Decides the map.</param>
    /// <param name="newImage">Receives the image.</param>
    /// <param name="newMask">Receives the mask.</param>
    /// <exception cref="ArgumentException">A span has another length than the shape says.</exception>
    public void Apply(ImageShape shape, ReadOnlySpan<float> image, ReadOnlySpan<byte> mask, RandomStream random, Span<float> newImage, Span<byte> newMask)
    {
        ArgumentNullException.ThrowIfNull(random);
        Guard.SameLength(shape.Plane, mask.Length, nameof(shape), nameof(mask));
        Guard.SameLength(shape.Plane, newMask.Length, nameof(shape), nameof(newMask));
        var map = AffineMap.Identity;
        foreach (var step in steps)
            map = map.Then(step.Draw(shape.Size, random));
        AffineWarp.Apply(image, shape, newImage, shape.Size, map);
        for (var y = 0; y < shape.Height; y++)
            for (var x = 0; x < shape.Width; x++)
            {
                var (u, v) = map.Source(x, y);
                var (column, row) = ((int)Math.Round(u), (int)Math.Round(v));
                newMask[y * shape.Width + x] = row >= 0 && row < shape.Height && column >= 0 && column < shape.Width ? mask[row * shape.Width + column] : (byte)0;
            }
    }
}
