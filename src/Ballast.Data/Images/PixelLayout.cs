using Ballast.Data.Images.Augmentation;
using SkiaSharp;

namespace Ballast.Data.Images;

/// <summary>How the decoder lays pixels out, and how a channel in [0,1] is read from them.</summary>
/// <param name="ColorType">Grey bytes or RGBA bytes.</param>
internal readonly record struct PixelLayout(SKColorType ColorType)
{
    private static readonly float[] Bytes = [.. Enumerable.Range(0, 256).Select(value => value / 255f)];

    public static PixelLayout Of(ImageHeader header) =>
        new(header is { IsGrey: true, HasAlpha: false } ? SKColorType.Gray8 : SKColorType.Rgba8888);

    /// <summary>Reads one channel of the upright picture; transparency is not looked at.</summary>
    /// <param name="pixels">What the decoder wrote.</param>
    /// <param name="stored">Size as stored.</param>
    /// <param name="origin">How the stored picture is turned.</param>
    /// <param name="channels">Channels wanted: 1 or 3.</param>
    /// <param name="channel">Which of them.</param>
    /// <param name="output">One value a pixel.</param>
    public void ReadChannel(ReadOnlySpan<byte> pixels, ImageSize stored, SKEncodedOrigin origin, int channels, int channel, Span<float> output)
    {
        if (origin is SKEncodedOrigin.TopLeft or 0)
        {
            Read(pixels, 0, channels, channel, output);
            return;
        }
        // Turned pictures are read a stored row at a time and scattered.
        var row = new float[stored.Width];
        for (var y = 0; y < stored.Height; y++)
        {
            Read(pixels, y * stored.Width, channels, channel, row);
            for (var x = 0; x < stored.Width; x++)
                output[Upright(x, y, stored, origin)] = row[x];
        }
    }

    private void Read(ReadOnlySpan<byte> pixels, int first, int channels, int channel, Span<float> output)
    {
        if (ColorType == SKColorType.Gray8)
            for (var i = 0; i < output.Length; i++)
                output[i] = Bytes[pixels[first + i]];
        else if (channels == 3)
            for (var i = 0; i < output.Length; i++)
                output[i] = Bytes[pixels[4 * (first + i) + channel]];
        else
            for (var i = 0; i < output.Length; i++)
            {
                var at = 4 * (first + i);
                output[i] = Grey(Bytes[pixels[at]], Bytes[pixels[at + 1]], Bytes[pixels[at + 2]]);
            }
    }

    // Grey stored as colour stays exactly what it was.
    private static float Grey(float red, float green, float blue) => red == green && green == blue ? red : ColorMath.Luma(red, green, blue);

    // Exif orientations 2 to 8: where stored pixel (x, y) stands in the upright picture.
    private static int Upright(int x, int y, ImageSize stored, SKEncodedOrigin origin)
    {
        var (right, bottom) = (stored.Width - 1, stored.Height - 1);
        return origin switch
        {
            SKEncodedOrigin.TopRight => y * stored.Width + right - x,
            SKEncodedOrigin.BottomRight => (bottom - y) * stored.Width + right - x,
            SKEncodedOrigin.BottomLeft => (bottom - y) * stored.Width + x,
            SKEncodedOrigin.LeftTop => x * stored.Height + y,
            SKEncodedOrigin.RightTop => x * stored.Height + bottom - y,
            SKEncodedOrigin.RightBottom => (right - x) * stored.Height + bottom - y,
            SKEncodedOrigin.LeftBottom => (right - x) * stored.Height + y,
            _ => y * stored.Width + x,
        };
    }
}
