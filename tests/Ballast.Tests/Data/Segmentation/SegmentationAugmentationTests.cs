using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Segmentation;
using FsCheck.Xunit;

namespace Ballast.Tests.Data.Segmentation;

public sealed class SegmentationAugmentationTests
{
    private const int Side = 16;

    [Property(MaxTest = 100)]
    public bool Image_and_mask_move_together(int seed)
    {
        var random = RandomStream.For(seed, "blob");
        var (cx, cy) = (5 + random.Next(6), 5 + random.Next(6));
        byte[] mask = [.. Enumerable.Range(0, Side * Side).Select(i => (byte)((i % Side - cx) * (i % Side - cx) + (i / Side - cy) * (i / Side - cy) <= 9 ? 1 : 0))];
        var (image, newImage, newMask) = (Array.ConvertAll(mask, value => (float)value), new float[Side * Side], new byte[Side * Side]);

        SegmentationAugmentation.Default.Apply(new ImageShape(1, Side, Side), image, mask, random, newImage, newMask);

        // Interpolation softens edges, and only there may a pixel round to another class: of four neighbours the nearest weighs a quarter at least.
        return newImage.Zip(newMask).All(pair => pair.Second == 1 ? pair.First > 0.24f : pair.Second == 0 && pair.First < 0.76f);
    }

    [Fact]
    public void Without_steps_nothing_moves()
    {
        var random = RandomStream.For(1, "still");
        float[] image = [.. Enumerable.Range(0, 3 * Side * Side).Select(_ => (float)random.NextDouble())];
        byte[] mask = [.. Enumerable.Range(0, Side * Side).Select(_ => (byte)random.Next(5))];
        var (newImage, newMask) = (new float[image.Length], new byte[mask.Length]);

        new SegmentationAugmentation().Apply(new ImageShape(3, Side, Side), image, mask, random, newImage, newMask);

        Assert.All(image.Zip(newImage), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Equal(mask, newMask);
        Assert.Throws<ArgumentException>(() => new SegmentationAugmentation().Apply(new ImageShape(3, Side, Side), image, mask, random, newImage, new byte[4]));
    }

    [Fact]
    public void Sets_say_what_does_not_fit()
    {
        var shape = new ImageShape(1, 2, 2);
        SegmentationSet Of(int[] groups, byte[] masks, string[] names) => new(shape, new float[4 * groups.Length], masks, 2, groups, names);

        Assert.Contains("There are no images", Assert.Throws<ArgumentException>(() => Of([], [], ["a"])).Message);
        Assert.Contains("holds the class 2", Assert.Throws<ArgumentException>(() => Of([0], [0, 1, 2, 0], ["a"])).Message);
        Assert.Contains("has the group 1", Assert.Throws<ArgumentException>(() => Of([1], [0, 1, 1, 0], ["a"])).Message);
        Assert.Contains("No image is of the group 'b'", Assert.Throws<ArgumentException>(() => Of([0], [0, 1, 1, 0], ["a", "b"])).Message);
        Assert.Contains("need 4 values and 4", Assert.Throws<ArgumentException>(() => Of([0], [0, 1], ["a"])).Message);
    }
}
