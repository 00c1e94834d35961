using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Images.Augmentation;
using BenchmarkDotNet.Attributes;

namespace Ballast.Benchmarks;

/// <summary>Time for 128 images: flip and crop, rotation and shift, the intensive set; each warp beside a loop that takes one pixel at a time. Images a second are 128 over the time.</summary>
[MemoryDiagnoser]
public class AugmentationBenchmark
{
    private const int Batch = 128;

    private static readonly AugmentationPipeline RotateAndShift = new(new Rotation(10), new PixelShift(1));
    private static readonly AugmentationPipeline Noise = new(new GaussianNoise(0.1));
    private static readonly AugmentationPipeline RandAugment = new(AugmentationPipeline.CropAndFlip.Steps[0], AugmentationPipeline.CropAndFlip.Steps[1], new RandAugment(2, 9));

    private ImageShape shape;
    private float[] source = [], output = [];
    private int[] rows = [];

    [Params("1x28x28", "3x32x32", "3x224x224")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void Draw()
    {
        var extents = Array.ConvertAll(Shape.Split('x'), int.Parse);
        shape = new ImageShape(extents[0], extents[1], extents[2]);
        var random = RandomStream.For(1, "benchmark images");
        source = [.. Enumerable.Range(0, Batch * shape.Length).Select(_ => (float)random.NextDouble())];
        output = new float[source.Length];
        rows = [.. Enumerable.Range(0, Batch)];
    }

    [Benchmark]
    public void Flip_and_crop() => Apply(AugmentationPipeline.CropAndFlip);

    [Benchmark]
    public void Flip_and_crop_naively()
    {
        for (var i = 0; i < Batch; i++)
        {
            var random = RandomStream.For(0, "naive", i);
            var (flip, left, top) = (random.Next(2) == 0, random.Next(9) - 4, random.Next(9) - 4);
            for (var c = 0; c < shape.Channels; c++)
                for (var y = 0; y < shape.Height; y++)
                    for (var x = 0; x < shape.Width; x++)
                    {
                        var (u, v) = ((flip ? shape.Width - 1 - x : x) + left, y + top);
                        output[Index(i, c, y, x)] = u >= 0 && u < shape.Width && v >= 0 && v < shape.Height ? source[Index(i, c, v, u)] : 0;
                    }
        }
    }

    [Benchmark]
    public void Rotate_and_shift() => Apply(RotateAndShift);

    [Benchmark]
    public void Rotate_and_shift_naively()
    {
        for (var i = 0; i < Batch; i++)
        {
            var random = RandomStream.For(0, "naive", i);
            var map = AffineMap.Rotation(20 * random.NextDouble() - 10, shape.Size).Then(AffineMap.Translation(random.Next(3) - 1, random.Next(3) - 1));
            for (var c = 0; c < shape.Channels; c++)
                for (var y = 0; y < shape.Height; y++)
                    for (var x = 0; x < shape.Width; x++)
                    {
                        var (u, v) = map.Source(x, y);
                        var (left, top) = ((int)Math.Floor(u), (int)Math.Floor(v));
                        var (a, b) = (u - left, v - top);
                        output[Index(i, c, y, x)] = (float)(
                            (1 - a) * (1 - b) * Pixel(i, c, top, left) + a * (1 - b) * Pixel(i, c, top, left + 1)
                            + (1 - a) * b * Pixel(i, c, top + 1, left) + a * b * Pixel(i, c, top + 1, left + 1));
                    }
        }
    }

    [Benchmark]
    public void Intensive() => Apply(AugmentationPipeline.Intensive);

    [Benchmark]
    public void Rand_augment() => Apply(RandAugment);

    [Benchmark]
    public void Gaussian_noise() => Apply(Noise);

    [Benchmark]
    public void Mixup_in_place() => new Mixup(0.2).Plan(Batch, shape.Size, 0, 0).ApplyInPlace(output, shape);

    // One thread, as the naive loops.
    private void Apply(AugmentationPipeline pipeline) => pipeline.ApplyBatch(source, shape, rows, output, seed: 0, epoch: 0, threads: 1);

    private float Pixel(int image, int c, int y, int x) => x >= 0 && x < shape.Width && y >= 0 && y < shape.Height ? source[Index(image, c, y, x)] : 0;

    private int Index(int image, int c, int y, int x) => ((image * shape.Channels + c) * shape.Height + y) * shape.Width + x;
}
