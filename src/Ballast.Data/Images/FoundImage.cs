using SkiaSharp;

namespace Ballast.Data.Images;

/// <summary>An image file whose header was read.</summary>
/// <param name="Header">What the file says of itself; null where it cannot be read.</param>
/// <param name="Origin">How a camera was held (Exif), for JPEG.</param>
/// <param name="Fault">Why the image cannot be used; null when nothing is known against it.</param>
internal sealed record FoundImage(ImageHeader? Header, SKEncodedOrigin Origin, string? Fault)
{
    /// <summary>Reads the header of a file without decoding it.</summary>
    public static FoundImage Read(string path, long maxPixels)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 4096);
            var header = ImageHeader.Read(stream, out var fault);
            if (header is null)
                return new(null, default, fault);
            if (header.Size.Pixels > maxPixels)
                return new(null, default, $"its header claims {header.Size} pixels, more than {maxPixels:#,0} in all");
            if (header.Kind == ImageKind.Png)
                return new(header, SKEncodedOrigin.TopLeft, null);
            using var codec = SKCodec.Create(path);
            return codec is null ? new(null, default, "damaged") : new(header, codec.EncodedOrigin, null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new(null, default, "it cannot be opened");
        }
    }

    /// <summary>Size of the picture held upright.</summary>
    public ImageSize Size => Origin >= SKEncodedOrigin.LeftTop ? new(Header!.Size.Width, Header.Size.Height) : Header!.Size;
}
