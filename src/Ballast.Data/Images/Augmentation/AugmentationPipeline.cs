using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Random changes of training images: all geometric steps as one warp, then the other steps in their order.</summary>
/// <remarks>
/// Each image has a stream of random numbers of its own, keyed by (seed, epoch, row, occurrence), so the result depends neither on the number of workers nor on what
/// else is in the batch. Pixels are interpolated once, however many geometric steps there are. Nothing is allocated an image. An instance is immutable and thread-safe.
/// </remarks>
/// <param name="steps">Steps in order; none gives a copy of the image.</param>
public sealed class AugmentationPipeline(params IReadOnlyList<AugmentationStep> steps)
{
    // Values a worker changes in one go: enough to outweigh handing the work out.
    private const int ChunkValues = 1 << 14;

    // An array: enumerating an interface would allocate for each image.
    private readonly AugmentationStep[] ordered = [.. steps];
    private readonly int drawnOperations = steps.OfType<RandAugment>().Sum(step => step.Operations);

    /// <summary>Copies images unchanged.</summary>
    public static AugmentationPipeline None { get; } = new();

    /// <summary>Flips and a rotation by up to 15 degrees.</summary>
    public static AugmentationPipeline Regular { get; } = new(new HorizontalFlip(), new VerticalFlip(), new Rotation(15)) { Fill = WarpFill.Reflect };

    /// <summary>For images without an upright, such as histology: flips, any rotation up to 90 degrees, shift, zoom, shear, light, colour, noise and erasing.</summary>
    public static AugmentationPipeline Intensive { get; } = new(
        new HorizontalFlip(), new VerticalFlip(), new Rotation(90), new Translation(0.1, 0.1), new Zoom(0.8, 1.2), new Shear(10),
        new Brightness(0.8, 1.2), new Contrast(0.8, 1.2), new Saturation(0.8, 1.2), new Hue(0.05), new GaussianNoise(0.02), new RandomErasing())
    { Fill = WarpFill.Reflect };

    /// <summary>The usual augmentation of CIFAR: four pixels of zeros on every side, a random crop of the old size, a horizontal flip.</summary>
    public static AugmentationPipeline CropAndFlip { get; } = new(new RandomCrop(4), new HorizontalFlip());

    /// <summary>The steps in order.</summary>
    public IReadOnlyList<AugmentationStep> Steps => ordered;

    /// <summary>What stands beyond the edges of the image.</summary>
    public WarpFill Fill { get; init; }

    /// <summary>Shape of an augmented image.</summary>
    /// <param name="input">Shape of the image.</param>
    /// <exception cref="ArgumentException">A crop does not fit into the image.</exception>
    public ImageShape OutputShape(ImageShape input)
    {
        var size = input.Size;
        foreach (var step in ordered)
            if (step is GeometricStep geometric)
                size = geometric.OutputSize(size);
        return input.WithSize(size);
    }

    /// <summary>Augments one image.</summary>
    /// <param name="image">c h w values; in [0,1] for the steps that change colour.</param>
    /// <param name="output">As many values as <see cref="OutputShape"/> says; must not overlap the image.</param>
    /// <param name="shape">Shape of the image.</param>
    /// <param name="random">The image's own stream.</param>
    /// <exception cref="ArgumentException">A span has another length than its shape says, or they overlap.</exception>
    public void Apply(ReadOnlySpan<float> image, Span<float> output, ImageShape shape, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<DrawnOperation> drawn = stackalloc DrawnOperation[drawnOperations];
        var (map, size) = DrawWarp(shape.Size, random, drawn);
        AffineWarp.Apply(image, shape, output, size, map, Fill);
        ChangePixels(output, shape.WithSize(size), random, drawn);
    }

    /// <summary>Augments a batch in parallel.</summary>
    /// <param name="source">All images, c h w values each.</param>
    /// <param name="shape">Shape of an image.</param>
    /// <param name="rows">Positions in the source of the batch's images; repeats allowed.</param>
    /// <param name="output">One augmented image for each of <paramref name="rows"/>, in their order.</param>
    /// <param name="seed">The user's seed.</param>
    /// <param name="epoch">Each epoch changes an image in another way.</param>
    /// <param name="occurrences">For each of <paramref name="rows"/>, the how-manieth time (from 0) it is drawn in this epoch, so that repeats differ; empty for all 0.</param>
    /// <param name="threads">Greatest number of threads; -1 for all.</param>
    /// <param name="cancellation">Stops between images.</param>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row lies outside the source.</exception>
    public void ApplyBatch(
        ReadOnlyMemory<float> source, ImageShape shape, ReadOnlyMemory<int> rows, Memory<float> output, long seed, int epoch,
        ReadOnlyMemory<int> occurrences = default, int threads = -1, CancellationToken cancellation = default)
    {
        var (length, outputLength) = (shape.Length, OutputShape(shape).Length);
        if (source.Length % length != 0)
            throw new ArgumentException($"source holds {source.Length} values, no multiple of an image's {length}.", nameof(source));
        Guard.SameLength(checked(rows.Length * outputLength), output.Length, nameof(rows), nameof(output));
        if (!occurrences.IsEmpty)
            Guard.SameLength(rows.Length, occurrences.Length, nameof(rows), nameof(occurrences));
        foreach (var row in rows.Span)
            Guard.InRange(row, 0, source.Length / length - 1, nameof(rows));
        if (rows.IsEmpty)
            return;

        var what = $"augmentation, epoch {epoch}";
        var chunk = Math.Max(1, ChunkValues / outputLength);
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = threads };
        Parallel.For(0, (rows.Length + chunk - 1) / chunk, options, c =>
        {
            var random = RandomStream.For(seed, what);
            for (var i = c * chunk; i < Math.Min(rows.Length, (c + 1) * chunk) && !cancellation.IsCancellationRequested; i++)
            {
                var row = rows.Span[i];
                random.Restart(row + ((long)(occurrences.IsEmpty ? 0 : occurrences.Span[i]) << 32));
                Apply(source.Span.Slice(row * length, length), output.Span.Slice(i * outputLength, outputLength), shape, random);
            }
        });
        cancellation.ThrowIfCancellationRequested();
    }

    private (AffineMap Map, ImageSize Size) DrawWarp(ImageSize size, RandomStream random, Span<DrawnOperation> drawn)
    {
        var map = AffineMap.Identity;
        foreach (var step in ordered)
        {
            if (step is GeometricStep geometric)
            {
                map = map.Then(geometric.Draw(size, random));
                size = geometric.OutputSize(size);
            }
            else if (step is RandAugment randAugment)
            {
                for (var i = 0; i < randAugment.Operations; i++)
                {
                    drawn[i] = randAugment.Draw(random);
                    map = map.Then(drawn[i].Map(size));
                }
                drawn = drawn[randAugment.Operations..];
            }
        }
        return (map, size);
    }

    private void ChangePixels(Span<float> image, ImageShape shape, RandomStream random, ReadOnlySpan<DrawnOperation> drawn)
    {
        var clip = false;
        foreach (var step in ordered)
        {
            if (clip && step is not ColorStep and not GeometricStep)
                ColorMath.Clip(image);
            clip = step is ColorStep || clip && step is GeometricStep;
            if (step is PixelStep pixels)
                pixels.Apply(image, shape, random);
            else if (step is RandAugment randAugment)
            {
                foreach (var operation in drawn[..randAugment.Operations])
                    operation.Apply(image, shape);
                drawn = drawn[randAugment.Operations..];
            }
        }
        if (clip)
            ColorMath.Clip(image);
    }
}
