using Ballast.Tests.Shared;
using SkiaSharp;

namespace Ballast.Tests.Data.Images;

/// <summary>Small PNG and JPEG files made for a test.</summary>
internal static class ImageFiles
{
    public static string Grey(TemporaryFolder folder, string path, int width, int height, Func<int, int, byte> value, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Gray8, SKAlphaType.Opaque));
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                bitmap.GetPixelSpan()[y * bitmap.RowBytes + x] = value(x, y);
        return Save(folder, path, bitmap, format);
    }

    public static string Color(
        TemporaryFolder folder, string path, int width, int height, Func<int, int, SKColor> value, SKEncodedImageFormat format = SKEncodedImageFormat.Png, SKAlphaType alpha = SKAlphaType.Opaque)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, alpha));
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var color = value(x, y);
                var pixel = bitmap.GetPixelSpan().Slice(y * bitmap.RowBytes + 4 * x, 4);
                (pixel[0], pixel[1], pixel[2], pixel[3]) = (color.Red, color.Green, color.Blue, color.Alpha);
            }
        return Save(folder, path, bitmap, format);
    }

    /// <summary>Writes raw bytes under a folder that is made where needed.</summary>
    public static string Raw(TemporaryFolder folder, string path, byte[] content)
    {
        var file = folder.File(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
        return file;
    }

    private static string Save(TemporaryFolder folder, string path, SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using var pixmap = bitmap.PeekPixels();
        using var encoded = pixmap.Encode(format, 95)!;
        return Raw(folder, path, encoded.ToArray());
    }
}
