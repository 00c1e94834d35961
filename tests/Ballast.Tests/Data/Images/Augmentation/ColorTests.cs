using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Images.Augmentation;

namespace Ballast.Tests.Data.Images.Augmentation;

public sealed class ColorTests
{
    private static readonly RandomStream Random = RandomStream.For(0, "colour");

    [Fact]
    public void Brightness_multiplies_and_contrast_spreads_about_the_mean_grey()
    {
        float[] image = [0.2f, 0.4f, 0.6f, 0.8f];
        var shape = new ImageShape(1, 2, 2);

        new Brightness(0.5, 0.5).Apply(image, shape, Random);
        Assert.Equal([0.1f, 0.2f, 0.3f, 0.4f], image, Close);
        new Contrast(2, 2).Apply(image, shape, Random);
        Assert.Equal([-0.05f, 0.15f, 0.35f, 0.55f], image, Close);
    }

    [Fact]
    public void Without_contrast_colour_becomes_its_mean_luma()
    {
        float[] image = [1, 0, 0, 1, 0, 0];       // a red and a green pixel

        new Contrast(0, 0).Apply(image, new(3, 1, 2), Random);

        Assert.All(image, value => Assert.Equal((0.299f + 0.587f) / 2, value, 1e-6f));
    }

    [Fact]
    public void Without_saturation_each_pixel_becomes_its_luma_and_grey_images_stay()
    {
        float[] image = [1, 0.5f, 0, 0.5f, 0, 0.5f];
        float[] grey = [0.3f, 0.7f];

        new Saturation(0, 0).Apply(image, new(3, 1, 2), Random);
        new Saturation(0, 0).Apply(grey, new(1, 1, 2), Random);
        new Hue(0.5).Apply(grey, new(1, 1, 2), Random);

        Assert.Equal([0.299f, 0.5f, 0.299f, 0.5f, 0.299f, 0.5f], image, Close);
        Assert.Equal([0.3f, 0.7f], grey);
    }

    [Fact]
    public void A_third_of_the_circle_turns_red_to_green_to_blue()
    {
        var plane = 11;                            // eight lanes and a rest
        var image = new float[3 * plane];
        image.AsSpan(0, plane).Fill(0.8f);
        image.AsSpan(plane, plane).Fill(0.2f);
        image.AsSpan(2 * plane, plane).Fill(0.2f);

        HueTurn.Apply(image, new(3, 1, plane), 1f / 3);

        for (var i = 0; i < plane; i++)
            Assert.Equal([0.2f, 0.8f, 0.2f], [image[i], image[plane + i], image[2 * plane + i]], Close);
    }

    [Fact]
    public void Hue_agrees_with_the_definition_of_HSV()
    {
        var random = RandomStream.For(2, "hue");
        for (var trial = 0; trial < 300; trial++)
        {
            float[] pixel = [(float)random.NextDouble(), (float)random.NextDouble(), (float)random.NextDouble()];
            if (trial % 10 == 0)
                pixel = [pixel[0], pixel[0], pixel[0]];
            var share = random.NextDouble() - 0.5;
            var color = new SkiaSharp.SKColorF(pixel[0], pixel[1], pixel[2]);
            color.ToHsv(out var h, out var s, out var v);
            var expected = SkiaSharp.SKColorF.FromHsv((float)((h + 360 * share + 720) % 360), s, v);

            HueTurn.Apply(pixel, new(3, 1, 1), (float)share);

            Assert.Equal(expected.Red, pixel[0], 2e-4f);
            Assert.Equal(expected.Green, pixel[1], 2e-4f);
            Assert.Equal(expected.Blue, pixel[2], 2e-4f);
        }
    }

    [Fact]
    public void Tones_are_as_Pillow_makes_them()
    {
        var shape = new ImageShape(1, 1, 4);
        float[] stretched = [0.25f, 0.5f, 0.5f, 0.75f], inverted = [0, 0.4f, 0.5f, 1], coarse = [0, 100 / 255f, 200 / 255f, 1];
        var levels = Enumerable.Range(0, 512).Select(i => i / 2 / 255f).ToArray();
        var squared = levels.Select(value => (float)Math.Round(value * value * 255) / 255).ToArray();

        TonalOperations.AutoContrast(stretched, shape);
        TonalOperations.Solarize(inverted, 0.5f);
        TonalOperations.Posterize(coarse, 4);
        TonalOperations.Equalize(squared, new(1, 1, 512));

        Assert.Equal([0, 0.5f, 0.5f, 1], stretched, Close);
        Assert.Equal([0, 0.4f, 0.5f, 0], inverted, Close);
        Assert.Equal([0, 96 / 255f, 192 / 255f, 240 / 255f], coarse, Close);
        // Equalised, values are about uniform again.
        Assert.InRange(Enumerable.Range(0, 512).Max(i => Math.Abs(squared[i] - i / 511f)), 0, 0.07f);
        float[] flat = [0.3f, 0.3f, 0.3f, 0.3f];
        TonalOperations.AutoContrast(flat, shape);
        TonalOperations.Equalize(flat, shape);
        Assert.Equal([0.3f, 0.3f, 0.3f, 0.3f], flat);
    }

    [Fact]
    public void Sharpening_moves_inner_pixels_away_from_their_smoothed_selves()
    {
        float[] image = [0, 0, 0, 0, 0, 0, 13, 0, 0, 26, 0, 0, 0, 0, 0, 0];      // 4 x 4
        var shape = new ImageShape(1, 4, 4);
        var smooth = (float[])image.Clone();

        TonalOperations.Sharpen(smooth, shape, 0);

        // (1,1): 13 to the right, 26 below; (1,2): 5 * 13 + 26; (2,1): 5 * 26 + 13; (2,2): 13 + 26, all over 13.
        Assert.Equal([0, 0, 0, 0, 0, 3, 7, 0, 0, 11, 3, 0, 0, 0, 0, 0], smooth, Close);
        var same = (float[])image.Clone();
        TonalOperations.Sharpen(same, shape, 1);
        Assert.Equal(image, same, Close);
    }

    [Fact]
    public void RandAugment_draws_all_operations_alike()
    {
        var random = RandomStream.For(3, "draws");
        var step = new RandAugment(2, 15);

        var drawn = Enumerable.Range(0, 14_000).Select(_ => step.Draw(random)).ToArray();

        var counts = drawn.CountBy(draw => draw.Operation).Select(pair => pair.Value).ToArray();
        Assert.Equal(14, counts.Length);
        Assert.All(counts, count => Assert.InRange(count, 880, 1120));
        Assert.All(drawn, draw => Assert.Equal(0.5, Math.Abs(draw.Level)));
        Assert.InRange(drawn.Count(draw => draw.Level < 0), 6700, 7300);
    }

    [Fact]
    public void RandAugment_of_no_magnitude_changes_only_what_has_none()
    {
        float[] image = [0.1f, 0.9f, 0.4f, 0.6f];
        foreach (var operation in Enum.GetValues<RandAugmentOperation>())
        {
            var copy = (float[])image.Clone();
            var draw = new DrawnOperation(operation, 0);
            draw.Apply(copy, new(1, 2, 2));
            Assert.Equal(AffineMap.Identity, draw.Map(ImageSize.Square(2)));
            if (operation is not (RandAugmentOperation.AutoContrast or RandAugmentOperation.Equalize or RandAugmentOperation.Posterize))
                Assert.Equal(image, copy, Close);
        }
    }

    private static bool Close(float a, float b) => Math.Abs(a - b) < 2e-6f;
}
