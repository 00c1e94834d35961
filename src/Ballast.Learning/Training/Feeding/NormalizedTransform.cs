using Ballast.Core;
using Ballast.Exchange.Networks;

namespace Ballast.Learning.Training.Feeding;

/// <summary>Lets a transform work on pixels in [0, 1], as augmentation needs them, and the network see them normalised.</summary>
/// <param name="pixels">The training images before normalisation; the trainer is given the same rows after it.</param>
/// <param name="inner">What changes the pixels.</param>
/// <param name="normalization">What the network's inputs go through.</param>
public sealed class NormalizedTransform(Dataset pixels, IBatchTransform inner, InputNormalization normalization) : IBatchTransform
{
    /// <inheritdoc/>
    public IReadOnlyList<int> OutputShape(IReadOnlyList<int> sampleShape) => inner.OutputShape(sampleShape);

    /// <inheritdoc/>
    public BatchMix? Fill(Dataset data, ReadOnlyMemory<int> rows, BatchKey key, Memory<float> output)
    {
        ArgumentNullException.ThrowIfNull(data);
        Guard.SameLength(pixels.Count, data.Count, "the pixels", nameof(data));
        var mix = inner.Fill(pixels, rows, key, output);
        var shape = OutputShape(pixels.SampleShape);
        ChannelNormalization.ApplyInPlace(output.Span, shape[0], shape[1] * shape[2], normalization);
        return mix;
    }

    /// <summary>What is done, by which a checkpoint knows its training.</summary>
    public override string ToString() => $"{inner}; normalised";
}
