using Ballast.Core;
using Ballast.Exchange.Networks;

namespace Ballast.Learning.Training.Feeding;

/// <summary>Images brought to mean 0 and deviation 1 in each channel.</summary>
public static class ChannelNormalization
{
    // A channel that hardly varies must not be blown up.
    private const double LeastDeviation = 1e-3;

    /// <summary>Mean and deviation of each channel over all pixels of the images.</summary>
    /// <param name="images">Samples [c,h,w], at least one.</param>
    /// <exception cref="ArgumentException">The samples are no images, or there are none.</exception>
    public static InputNormalization Learn(Dataset images)
    {
        var (channels, pixels) = Shape(images);
        if (images.Count == 0)
            throw new ArgumentException("There are no images to learn from.", nameof(images));
        var (sums, squares) = (new double[channels], new double[channels]);
        for (var i = 0; i < images.Count; i++)
            for (var c = 0; c < channels; c++)
                foreach (var value in images.Row(i).Slice(c * pixels, pixels))
                {
                    sums[c] += value;
                    squares[c] += (double)value * value;
                }
        var count = (double)images.Count * pixels;
        double[] means = [.. sums.Select(sum => sum / count)];
        return new InputNormalization(means, [.. squares.Select((square, c) => Math.Max(LeastDeviation, Math.Sqrt(Math.Max(0, square / count - means[c] * means[c]))))]);
    }

    /// <summary>The images after (x - mean) / deviation.</summary>
    /// <exception cref="ArgumentException">The samples are no images of as many channels.</exception>
    public static Dataset Apply(Dataset images, InputNormalization normalization)
    {
        var (channels, pixels) = Shape(images);
        ArgumentNullException.ThrowIfNull(normalization);
        Guard.SameLength(channels, normalization.Mean.Count, "the images' channels", nameof(normalization));
        var values = images.Features.ToArray();
        ApplyInPlace(values, channels, pixels, normalization);
        return images.WithFeatures(values);
    }

    internal static void ApplyInPlace(Span<float> values, int channels, int pixels, InputNormalization normalization)
    {
        for (var start = 0; start < values.Length; start += pixels)
        {
            var c = start / pixels % channels;
            var (mean, scale) = ((float)normalization.Mean[c], (float)(1 / normalization.Deviation[c]));
            var channel = values.Slice(start, pixels);
            System.Numerics.Tensors.TensorPrimitives.Subtract(channel, mean, channel);
            System.Numerics.Tensors.TensorPrimitives.Multiply(channel, scale, channel);
        }
    }

    private static (int Channels, int Pixels) Shape(Dataset images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return images.SampleShape is [var channels, var height, var width]
            ? (channels, height * width)
            : throw new ArgumentException($"Samples of shape [{string.Join(", ", images.SampleShape)}] are no images: [channels, height, width] was expected.", nameof(images));
    }
}
