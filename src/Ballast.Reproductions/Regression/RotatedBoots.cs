using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Images.Augmentation;

namespace Ballast.Reproductions.Regression;

/// <summary>Ankle boots turned by 0 to 59 degrees, whose angle is to be told: frequent near 15 degrees, two images each where rare; the test set has ten of every angle.</summary>
/// <param name="Train">892 images of 196 numbers with their angle, ascending.</param>
/// <param name="Test">600 images.</param>
/// <param name="Counts">Training images of each angle.</param>
internal sealed record RotatedBoots(Dataset Train, Dataset Test, int[] Counts)
{
    public const int Angles = 60;

    private const int Boot = 9;
    private const int FirstTestImage = 3000;
    private const int TestPerAngle = 10;

    public static RotatedBoots Make(FashionMnist source, CancellationToken cancellation)
    {
        var images = source.ReadTrain(cancellation);
        var boots = images.RowsOf(Boot);
        var counts = Enumerable.Range(0, Angles).Select(angle => Math.Max(2, (int)Math.Floor(60 * Math.Exp(-(angle - 15) * (angle - 15) / 64.0)))).ToArray();
        int[] train = [.. counts.Index().SelectMany(item => Enumerable.Repeat(item.Index, item.Item))];
        int[] test = [.. Enumerable.Range(0, Angles).SelectMany(angle => Enumerable.Repeat(angle, TestPerAngle))];
        Dataset Boots(int first, int[] angles) => Turned(images.Select([.. boots.Skip(first).Take(angles.Length)]), angles);
        return new RotatedBoots(Boots(0, train), Boots(FirstTestImage, test), counts);
    }

    private static Dataset Turned(Dataset images, int[] angles)
    {
        var shape = ImageShape.Of(images);
        var turned = new float[images.Count * images.Width];
        for (var i = 0; i < angles.Length; i++)
            AffineWarp.Apply(images.Row(i), shape, turned.AsSpan(i * images.Width, images.Width), shape.Size, AffineMap.Rotation(angles[i], shape.Size));
        var whole = new Dataset(turned, images.Count, sampleShape: images.SampleShape, targets: Array.ConvertAll(angles, angle => (double)angle), rowIds: images.RowIds);
        return FlatSamples.Of(ImageResizer.Resize(whole, new ImageSize(shape.Height / 2, shape.Width / 2)));
    }
}
