using System.Buffers;
using System.Numerics.Tensors;

namespace Ballast.Data.Images.Augmentation;

/// <summary>The tonal operations of RandAugment on planar images with values in [0,1], in place.</summary>
internal static class TonalOperations
{
    /// <summary>Stretches each channel to [0,1]; a flat channel stays.</summary>
    public static void AutoContrast(Span<float> image, ImageShape shape)
    {
        for (var c = 0; c < shape.Channels; c++)
        {
            var plane = image.Slice(c * shape.Plane, shape.Plane);
            var (low, high) = (TensorPrimitives.Min<float>(plane), TensorPrimitives.Max<float>(plane));
            if (!(high > low))
                continue;
            TensorPrimitives.Subtract(plane, low, plane);
            TensorPrimitives.Multiply(plane, 1 / (high - low), plane);
        }
    }

    /// <summary>Flattens each channel's histogram of 256 levels, as Pillow's ImageOps.equalize does.</summary>
    public static void Equalize(Span<float> image, ImageShape shape)
    {
        Span<int> counts = stackalloc int[256];
        Span<float> levels = stackalloc float[256];
        for (var c = 0; c < shape.Channels; c++)
        {
            var plane = image.Slice(c * shape.Plane, shape.Plane);
            counts.Clear();
            foreach (var value in plane)
                counts[Level(value)]++;
            var last = counts.LastIndexOfAnyExcept(0);
            var step = (shape.Plane - counts[last]) / 255;
            if (step == 0)
                continue;
            var sum = step / 2;
            for (var i = 0; i < 256; i++)
            {
                levels[i] = Math.Min(sum / step, 255) / 255f;
                sum += counts[i];
            }
            foreach (ref var value in plane)
                value = levels[Level(value)];
        }
    }

    /// <summary>Inverts values at or above <paramref name="threshold"/>.</summary>
    public static void Solarize(Span<float> image, float threshold)
    {
        foreach (ref var value in image)
            value = value >= threshold ? 1 - value : value;
    }

    /// <summary>Keeps the highest <paramref name="bits"/> of eight.</summary>
    public static void Posterize(Span<float> image, int bits)
    {
        var mask = 0xFF << (8 - bits) & 0xFF;
        foreach (ref var value in image)
            value = (Level(value) & mask) / 255f;
    }

    /// <summary>Moves away from the image smoothed by (1 1 1; 1 5 1; 1 1 1)/13; the outermost pixels stay.</summary>
    public static void Sharpen(Span<float> image, ImageShape shape, float factor)
    {
        var (height, width) = (shape.Height, shape.Width);
        if (height < 3 || width < 3)
            return;
        // A row is overwritten once the row above it has been kept; sums of three rows are taken of the originals.
        var buffer = ArrayPool<float>.Shared.Rent(3 * width);
        try
        {
            Span<float> above = buffer.AsSpan(0, width), current = buffer.AsSpan(width, width), columns = buffer.AsSpan(2 * width, width);
            for (var c = 0; c < shape.Channels; c++)
            {
                var plane = image.Slice(c * shape.Plane, shape.Plane);
                plane[..width].CopyTo(above);
                for (var y = 1; y < height - 1; y++)
                {
                    var row = plane.Slice(y * width, width);
                    row.CopyTo(current);
                    TensorPrimitives.Add(above, current, columns);
                    TensorPrimitives.Add(columns, plane.Slice((y + 1) * width, width), columns);
                    for (var x = 1; x < width - 1; x++)
                    {
                        var smooth = (columns[x - 1] + columns[x] + columns[x + 1] + 4 * current[x]) * (1f / 13);
                        row[x] = smooth + factor * (current[x] - smooth);
                    }
                    var kept = above;
                    above = current;
                    current = kept;
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    private static int Level(float value) => (int)(Math.Clamp(value, 0f, 1f) * 255 + 0.5f);
}
