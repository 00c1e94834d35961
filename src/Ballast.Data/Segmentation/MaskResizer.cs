using Ballast.Data.Images;

namespace Ballast.Data.Segmentation;

/// <summary>Masks at another size: the class of the nearest source pixel, because classes cannot be mixed.</summary>
internal static class MaskResizer
{
    /// <summary>Output pixel i takes the source pixel under its centre, floor((i + 1/2) from / to).</summary>
    public static void Apply(ReadOnlySpan<byte> source, ImageSize from, Span<byte> output, ImageSize to)
    {
        for (var y = 0; y < to.Height; y++)
        {
            var row = source.Slice((int)((2L * y + 1) * from.Height / (2L * to.Height)) * from.Width, from.Width);
            for (var x = 0; x < to.Width; x++)
                output[y * to.Width + x] = row[(int)((2L * x + 1) * from.Width / (2L * to.Width))];
        }
    }
}
