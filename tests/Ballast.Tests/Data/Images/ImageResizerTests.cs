using Ballast.Core;
using Ballast.Data.Images;
using FsCheck.Xunit;

namespace Ballast.Tests.Data.Images;

public sealed class ImageResizerTests
{
    [Fact]
    public void Shrinking_by_a_whole_number_is_mean_pooling()
    {
        float[] image = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

        Assert.Equal([3.5f, 5.5f, 11.5f, 13.5f], Resize(image, new(4, 4), new(2, 2), ImageResampling.Area));
    }

    [Fact]
    public void Area_weighs_pixels_by_the_part_that_is_covered()
    {
        // Three pixels onto two: each output covers one and a half.
        Assert.Equal([(1 + 0.5f * 4) / 1.5f, (0.5f * 4 + 10) / 1.5f], Resize([1, 4, 10], new(1, 3), new(1, 2), ImageResampling.Area), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Bilinear_takes_centres_of_pixels()
    {
        // Output centres at 0.5 (x + 0.5) - 0.5 = -0.25, 0.25, 0.75, 1.25 of a source of two pixels; torch gives the same.
        Assert.Equal([0, 1, 3, 4], Resize([0, 4], new(1, 2), new(1, 4), ImageResampling.Bilinear));
        // 4 onto 2: centres at 0.5 and 2.5.
        Assert.Equal([0.5f, 6], Resize([0, 1, 4, 8], new(1, 4), new(1, 2), ImageResampling.Bilinear));
    }

    [Property(MaxTest = 60)]
    public void Flat_images_stay_flat_and_area_keeps_the_mean(byte h, byte w, byte th, byte tw, int seed)
    {
        var (from, to) = (new ImageSize(1 + h % 20, 1 + w % 20), new ImageSize(1 + th % 20, 1 + tw % 20));
        var random = RandomStream.For(seed, "resize");
        var image = Enumerable.Range(0, (int)from.Pixels).Select(_ => (float)random.NextDouble()).ToArray();
        foreach (var resampling in Enum.GetValues<ImageResampling>())
        {
            Assert.All(Resize([.. image.Select(_ => 0.3f)], from, to, resampling), value => Assert.Equal(0.3f, value, 1e-5f));
            Assert.All(Resize(image, from, to, resampling), value => Assert.InRange(value, image.Min() - 1e-5f, image.Max() + 1e-5f));
        }
        if (to.Height <= from.Height && to.Width <= from.Width)
            Assert.Equal(image.Average(), Resize(image, from, to, ImageResampling.Area).Average(), 1e-4f);
    }

    [Fact]
    public void A_dataset_keeps_labels_and_row_ids()
    {
        var data = new Dataset(new float[3 * 2 * 16], 3, sampleShape: [2, 4, 4], labels: new[] { 1, 0, 1 }, classNames: ["a", "b"], rowIds: new[] { 5, 6, 9 });

        var small = ImageResizer.Resize(data, new(2, 1));

        Assert.Equal([2, 2, 1], small.SampleShape);
        Assert.Equal([5, 6, 9], small.RowIds.ToArray());
        Assert.Equal([1, 0, 1], small.Labels.ToArray());
    }

    [Fact]
    public void Wrong_lengths_and_overlaps_are_refused()
    {
        var resizer = new ImageResizer(new(2, 2), new(1, 1));
        var block = new float[8];

        Assert.Throws<ArgumentException>(() => resizer.Apply(new float[3], new float[1]));
        Assert.Throws<ArgumentException>(() => resizer.Apply(new float[8], new float[1]));
        Assert.Throws<ArgumentException>(() => resizer.Apply(block.AsSpan(0, 4), block.AsSpan(3, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageSize(0, 3));
    }

    private static float[] Resize(float[] image, ImageSize from, ImageSize to, ImageResampling resampling)
    {
        var output = new float[to.Pixels];
        new ImageResizer(from, to, resampling).Apply(image, output);
        return output;
    }
}
