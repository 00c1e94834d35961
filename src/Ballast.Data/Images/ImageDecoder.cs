using SkiaSharp;

namespace Ballast.Data.Images;

/// <summary>Decodes image files to planar floats in [0,1]. Keeps its buffers from file to file; one a thread.</summary>
internal sealed class ImageDecoder(ImageShape target, ImageResampling resampling)
{
    private byte[] pixels = [];
    private float[] plane = [];
    private ImageResizer? resizer;

    /// <summary>Decodes a file; returns why it cannot be, or null.</summary>
    /// <param name="path">The file.</param>
    /// <param name="image">What its header said.</param>
    /// <param name="output">As many values as the target shape has.</param>
    public string? Decode(string path, FoundImage image, Span<float> output)
    {
        var stored = image.Header!.Size;
        using var codec = SKCodec.Create(path);
        if (codec is null || codec.Info.Width != stored.Width || codec.Info.Height != stored.Height)
            return "damaged";
        var layout = PixelLayout.Of(image.Header);
        var info = new SKImageInfo(stored.Width, stored.Height, layout.ColorType, layout.ColorType == SKColorType.Gray8 ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
        // Rows end where they end; the last bytes of an oversized buffer belong to an earlier file.
        if (pixels.LongLength < info.BytesSize64)
            pixels = new byte[info.BytesSize64];
        var result = Fill(codec, info);
        if (result != SKCodecResult.Success)
            return result == SKCodecResult.IncompleteInput ? "truncated" : $"damaged ({result})";

        var size = image.Size;
        for (var c = 0; c < target.Channels; c++)
        {
            var channel = output.Slice(c * target.Plane, target.Plane);
            if (size == target.Size)
            {
                layout.ReadChannel(pixels, stored, image.Origin, target.Channels, c, channel);
                continue;
            }
            if (plane.Length < size.Pixels)
                plane = new float[size.Pixels];
            var whole = plane.AsSpan(0, (int)size.Pixels);
            layout.ReadChannel(pixels, stored, image.Origin, target.Channels, c, whole);
            if (resizer?.From != size)
                resizer = new ImageResizer(size, target.Size, resampling);
            resizer.Apply(whole, channel);
        }
        return null;
    }

    private unsafe SKCodecResult Fill(SKCodec codec, SKImageInfo info)
    {
        fixed (byte* start = pixels)
            return codec.GetPixels(info, (IntPtr)start);
    }
}
