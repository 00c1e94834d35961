using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Images.Augmentation;

namespace Ballast.Tests.Data.Images.Augmentation;

public sealed class AugmentationPipelineTests
{
    private static readonly ImageShape Shape = new(3, 12, 10);

    private static readonly Dictionary<string, AugmentationPipeline> Pipelines = new()
    {
        ["none"] = AugmentationPipeline.None,
        ["regular"] = AugmentationPipeline.Regular,
        ["intensive"] = AugmentationPipeline.Intensive,
        ["crop and flip"] = AugmentationPipeline.CropAndFlip,
        ["randaugment"] = new(new HorizontalFlip(), new RandAugment(3, 20), new GaussianNoise(0.1), Normalization.ImageNet),
        ["resized crop"] = new(new RandomResizedCrop(new(8, 9)), new BrightnessShift(0.2), new Contrast(0.6, 1.4)),
        ["right angles"] = new(new RightAngleRotation(), new PixelShift(1), new Shear(10, 5)),
    };

    public static TheoryData<string> All => [.. Pipelines.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void An_image_does_not_depend_on_threads_or_on_its_batch(string name)
    {
        var pipeline = Pipelines[name];
        var source = Images(30);
        var rows = Enumerable.Range(0, 60).Select(i => i * 7 % 30).ToArray();
        var occurrences = Enumerable.Range(0, 60).Select(i => i / 30).ToArray();

        var together = Batch(pipeline, source, rows, occurrences, epoch: 2, threads: 8);

        Assert.Equal(together, Batch(pipeline, source, rows, occurrences, epoch: 2, threads: 1));
        var length = pipeline.OutputShape(Shape).Length;
        for (var i = 0; i < 60; i += 11)
            Assert.Equal(together.AsSpan(i * length, length).ToArray(), Batch(pipeline, source, [rows[i]], [occurrences[i]], epoch: 2, threads: 1));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Epochs_seeds_and_repeats_differ_and_the_source_stays(string name)
    {
        var pipeline = Pipelines[name];
        var source = Images(20);
        var copy = (float[])source.Clone();
        var rows = Enumerable.Range(0, 20).ToArray();

        var first = Batch(pipeline, source, rows, [], epoch: 0);

        Assert.Equal(copy, source);
        Assert.Equal(first, Batch(pipeline, source, rows, [], epoch: 0));
        Assert.Equal(name == "none", first.AsSpan().SequenceEqual(Batch(pipeline, source, rows, [], epoch: 1)));
        Assert.Equal(name == "none", first.AsSpan().SequenceEqual(Batch(pipeline, source, rows, [], epoch: 0, seed: 1)));
        Assert.Equal(name == "none", first.AsSpan().SequenceEqual(Batch(pipeline, source, rows, [.. rows.Select(_ => 1)], epoch: 0)));
    }

    [Fact]
    public void Values_stay_between_0_and_1_after_colour_steps()
    {
        var pipeline = new AugmentationPipeline(new RandAugment(4, 30), new Rotation(20), new Brightness(0, 3), new Contrast(0, 3), new Saturation(0, 3), new Hue(0.5));

        var images = Batch(pipeline, Images(50), [.. Enumerable.Range(0, 50)], [], epoch: 0);

        Assert.All(images, value => Assert.InRange(value, 0, 1));
    }

    [Fact]
    public void Nothing_is_allocated_for_an_image()
    {
        var (image, random) = (Images(1), RandomStream.For(0, "allocation"));
        foreach (var (name, pipeline) in Pipelines)
        {
            var output = new float[pipeline.OutputShape(Shape).Length];
            for (var i = 0; i < 200; i++)
                pipeline.Apply(image, output, Shape, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 500; i++)
                pipeline.Apply(image, output, Shape, random);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 500, $"{name} allocates for each image.");
        }
    }

    [Fact]
    public void Geometric_steps_are_one_interpolation()
    {
        // Two shifts by half a pixel are one by a whole pixel: interpolated twice, the image would be blurred.
        var pipeline = new AugmentationPipeline(new HalfShift(), new HalfShift());
        var image = Images(1);
        var output = new float[Shape.Length];

        pipeline.Apply(image, output, Shape, RandomStream.For(0, "x"));

        Assert.Equal(image[..9], output[1..10]);
    }

    [Fact]
    public void A_crop_of_the_padded_image_is_at_every_place_as_likely()
    {
        var pipeline = new AugmentationPipeline(new RandomCrop(1));
        var image = Enumerable.Range(1, 9).Select(i => (float)i).ToArray();
        var output = new float[9];
        var random = RandomStream.For(5, "crops");
        var counts = new int[3, 3];
        for (var i = 0; i < 9000; i++)
        {
            pipeline.Apply(image, output, new(1, 3, 3), random);
            var place = Array.IndexOf(output, 5f);
            counts[place / 3, place % 3]++;
        }

        Assert.All(counts.Cast<int>(), count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void Flips_and_erasing_come_as_often_as_said()
    {
        float[] image = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
        var shape = new ImageShape(1, 4, 4);
        var output = new float[16];
        var random = RandomStream.For(6, "often");
        var (flips, erased) = (0, 0);
        var (flip, erasing) = (new AugmentationPipeline(new HorizontalFlip(0.3)), new AugmentationPipeline(new RandomErasing(0.25, 0.1, 0.3)));
        for (var i = 0; i < 10_000; i++)
        {
            flip.Apply(image, output, shape, random);
            flips += output[0] == 4 ? 1 : 0;
            erasing.Apply(image, output, shape, random);
            erased += output.Contains(0) ? 1 : 0;
        }

        Assert.InRange(flips, 2800, 3200);
        Assert.InRange(erased, 2300, 2700);
    }

    [Fact]
    public void Noise_is_normal_and_not_clipped()
    {
        var shape = new ImageShape(1, 301, 333);
        var image = new float[shape.Length];

        new GaussianNoise(0.5).Apply(image, shape, RandomStream.For(7, "noise"));

        Assert.Equal(0, image.Average(), 0.01);
        Assert.Equal(0.25, image.Average(value => value * value), 0.01);
        Assert.Equal(3, image.Average(value => Math.Pow(value, 4)) / (0.25 * 0.25), 0.2);
        Assert.Equal(0, image.Zip(image.Skip(128)).Average(pair => pair.First * pair.Second), 0.01);
        Assert.Equal(0.3173, image.Average(value => Math.Abs(value) > 0.5 ? 1.0 : 0), 0.01);
    }

    [Fact]
    public void Resized_crops_stay_inside_the_image()
    {
        var step = new RandomResizedCrop(new(7, 5), MinArea: 0.2, MaxArea: 0.9);
        var random = RandomStream.For(8, "crops");
        for (var i = 0; i < 500; i++)
        {
            var map = step.Draw(new(40, 30), random);
            var (left, top) = map.Source(-0.5, -0.5);
            var (right, bottom) = map.Source(4.5, 6.5);
            Assert.True(left >= -0.5 - 1e-9 && top >= -0.5 - 1e-9 && right <= 29.5 + 1e-9 && bottom <= 39.5 + 1e-9);
            Assert.InRange((right - left) * (bottom - top) / 1200, 0.2 - 1e-9, 0.9 + 1e-9);
        }
        // No box of this shape fits: the largest centred one is taken.
        Assert.Equal((100.0, 10.0), new RandomResizedCrop(MinArea: 1, MinAspect: 1, MaxAspect: 1).Draw(new(10, 210), random) is var square ? (Math.Round(square.Source(-0.5, 0).X + 0.5), Math.Round(10 * square.XX * 21)) : default);
    }

    [Fact]
    public void Bad_calls_are_refused()
    {
        var pipeline = AugmentationPipeline.Regular;
        var block = new float[Shape.Length];

        Assert.Throws<ArgumentOutOfRangeException>(() => pipeline.ApplyBatch(block, Shape, new[] { 1 }, new float[Shape.Length], 0, 0));
        Assert.Throws<ArgumentException>(() => pipeline.ApplyBatch(block, Shape, new[] { 0 }, new float[3], 0, 0));
        Assert.Throws<ArgumentException>(() => pipeline.ApplyBatch(new float[7], Shape, new[] { 0 }, new float[Shape.Length], 0, 0));
        Assert.Throws<ArgumentException>(() => pipeline.ApplyBatch(block, Shape, new[] { 0 }, new float[Shape.Length], 0, 0, new[] { 0, 1 }));
        Assert.Throws<ArgumentException>(() => new AugmentationPipeline(new RandomCrop(0, new(13, 5))).OutputShape(Shape));
        Assert.Throws<ArgumentException>(() => Normalization.ImageNet.Apply(new float[4], new(1, 2, 2), RandomStream.For(0, "x")));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HorizontalFlip(1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Zoom(0.9, 0.8));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandAugment(2, 31));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomErasing(MinArea: 0));
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => pipeline.ApplyBatch(block, Shape, new[] { 0 }, new float[Shape.Length], 0, 0, cancellation: source.Token));
    }

    internal static float[] Images(int count)
    {
        var random = RandomStream.For(9, "images");
        return [.. Enumerable.Range(0, count * Shape.Length).Select(_ => (float)random.NextDouble())];
    }

    private static float[] Batch(AugmentationPipeline pipeline, float[] source, int[] rows, int[] occurrences, int epoch, int threads = -1, long seed = 0)
    {
        var output = new float[rows.Length * pipeline.OutputShape(Shape).Length];
        pipeline.ApplyBatch(source, Shape, rows, output, seed, epoch, occurrences, threads);
        return output;
    }

    private sealed record HalfShift : GeometricStep
    {
        public override AffineMap Draw(ImageSize input, RandomStream random) => AffineMap.Translation(0.5, 0);
    }
}
