using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Images.Augmentation;

namespace Ballast.Learning.Training.Feeding;

/// <summary>Augments each image of a batch, then mixes images with one another.</summary>
/// <param name="augmentation">What changes single images; null leaves them as they are.</param>
/// <param name="mixing">Mixup or CutMix; null mixes nothing.</param>
public sealed class ImageTransform(AugmentationPipeline? augmentation = null, IBatchMixing? mixing = null) : IBatchTransform
{
    private readonly AugmentationPipeline augmentation = augmentation ?? AugmentationPipeline.None;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The samples are no images.</exception>
    public IReadOnlyList<int> OutputShape(IReadOnlyList<int> sampleShape)
    {
        var shape = augmentation.OutputShape(ShapeOf(sampleShape));
        return [shape.Channels, shape.Height, shape.Width];
    }

    /// <inheritdoc/>
    public BatchMix? Fill(Dataset data, ReadOnlyMemory<int> rows, BatchKey key, Memory<float> output)
    {
        ArgumentNullException.ThrowIfNull(data);
        var shape = ShapeOf(data.SampleShape);
        var draws = new int[rows.Length];
        for (var i = 0; i < draws.Length; i++)
            draws[i] = key.Draw(i);
        augmentation.ApplyBatch(data.Features, shape, rows, output, key.Seed, key.Epoch, draws);
        if (mixing is null)
            return null;
        var augmented = augmentation.OutputShape(shape);
        var plan = mixing.Plan(rows.Length, augmented.Size, key.Seed, key.Batch * key.Views + key.View);
        plan.ApplyInPlace(output.Span, augmented);
        return new BatchMix([.. plan.Partners], [.. plan.Shares]);
    }

    /// <summary>The steps and the mixing, by which a checkpoint knows its training.</summary>
    public override string ToString() => $"{string.Join(", ", augmentation.Steps)}; {augmentation.Fill}; {mixing}";

    private static ImageShape ShapeOf(IReadOnlyList<int> shape) => shape.Count == 3
        ? new ImageShape(shape[0], shape[1], shape[2])
        : throw new ArgumentException($"Samples of shape [{string.Join(",", shape)}] are no images: [channels, height, width] was expected.");
}
