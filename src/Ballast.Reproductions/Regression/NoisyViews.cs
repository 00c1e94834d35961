using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Ballast.Core;
using Ballast.Learning.Training.Feeding;

namespace Ballast.Reproductions.Regression;

/// <summary>Every view of a sample is the sample and Gaussian noise of its own.</summary>
/// <param name="deviation">Standard deviation of the noise.</param>
internal sealed class NoisyViews(float deviation) : IBatchTransform
{
    public IReadOnlyList<int> OutputShape(IReadOnlyList<int> sampleShape) => sampleShape;

    public BatchMix? Fill(Dataset data, ReadOnlyMemory<int> rows, BatchKey key, Memory<float> output)
    {
        // Batches of one epoch begin at different places, so (epoch, view, start) names this one.
        var random = RandomStream.For(key.Seed, "noisy views", ((long)key.Epoch * 16 + key.View) * (1L << 32) + key.Start);
        var width = data.Width;
        var pairs = (width + 1) / 2;
        Span<float> units = stackalloc float[2 * pairs];
        Span<float> noise = stackalloc float[2 * pairs];
        for (var i = 0; i < rows.Length; i++)
        {
            Gaussians(random, units, noise);
            TensorPrimitives.MultiplyAdd(noise[..width], deviation, data.Row(rows.Span[i]), output.Span.Slice(i * width, width));
        }
        return null;
    }

    // Box and Muller: half the numbers are radii, half angles.
    private static void Gaussians(RandomStream random, Span<float> units, Span<float> noise)
    {
        var words = MemoryMarshal.Cast<float, uint>(units);
        random.Fill(words);
        TensorPrimitives.ShiftRightLogical(words, 8, words);
        TensorPrimitives.ConvertChecked<int, float>(MemoryMarshal.Cast<uint, int>(words), units);
        TensorPrimitives.Multiply(units, 1f / (1 << 24), units);
        var pairs = units.Length / 2;
        var radii = units[..pairs];
        var angles = units[pairs..];
        TensorPrimitives.Subtract(1f, radii, radii);
        TensorPrimitives.Log(radii, radii);
        TensorPrimitives.Multiply(radii, -2f, radii);
        TensorPrimitives.Sqrt(radii, radii);
        TensorPrimitives.Multiply(angles, MathF.Tau, angles);
        TensorPrimitives.SinCos(angles, noise[..pairs], noise[pairs..]);
        TensorPrimitives.Multiply(noise[..pairs], radii, noise[..pairs]);
        TensorPrimitives.Multiply(noise[pairs..], radii, noise[pairs..]);
    }
}
