using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Reading;

namespace Ballast.Data.Segmentation;

/// <summary>Reads <c>images/NAME.png</c>, <c>masks/NAME.png</c> (8-bit grey) and a table of groups with the columns file, group and, where known, split.</summary>
public static class SegmentationFolder
{
    private const long MostPacked = 1100; // deflate makes 1,032 bytes of one at most

    /// <summary>Reads all images that the table names.</summary>
    /// <param name="images">Folder of images, PNG or JPEG.</param>
    /// <param name="masks">Folder of masks of the same names, PNG.</param>
    /// <param name="groupsTable">Table with the columns <c>file</c> (name with or without .png), <c>group</c> and perhaps <c>split</c>. Rows without a group are left out and counted.</param>
    /// <param name="options">Classes, size, channels.</param>
    /// <param name="progress">Told of the share read.</param>
    /// <param name="cancellation">Stops between images.</param>
    /// <exception cref="DataFormatException">An image has no mask or no row, or the reverse; a mask holds another value than a class or has another size than its image; a file is damaged. Names it.</exception>
    /// <exception cref="DirectoryNotFoundException">A folder is not there.</exception>
    /// <exception cref="FileNotFoundException">The table is not there.</exception>
    public static SegmentationSet Load(
        string images, string masks, string groupsTable, SegmentationOptions options, IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var files = new Dictionary<string, string>();
        foreach (var path in Directory.EnumerateFiles(images).Order(StringComparer.Ordinal))
            if (!files.TryAdd(Path.GetFileNameWithoutExtension(path), path))
                throw new DataFormatException(path, $"another image '{Path.GetFileNameWithoutExtension(path)}'", "one image of a name");
        foreach (var path in Directory.EnumerateFiles(masks).Order(StringComparer.Ordinal))
            if (!files.ContainsKey(Path.GetFileNameWithoutExtension(path)))
                throw new DataFormatException(path, "a mask without an image", $"an image of that name in {images}");
        var rows = ReadGroups(groupsTable, files, out var unknown, cancellation);
        foreach (var name in files.Keys)
            if (!rows.ContainsKey(name))
                throw new DataFormatException(groupsTable, "no row", $"a row for the image '{name}'");
        string[] names = [.. files.Keys.Where(name => rows[name].Group is not null)];
        string[] groupNames = [.. names.Select(name => rows[name].Group!).Distinct().Order(StringComparer.Ordinal)];
        if (names.Length == 0)
            throw new DataFormatException(groupsTable, "no image with a group", "at least one", column: "group");

        var shape = new ImageShape(options.Channels, 1, 1);
        var (pixels, classes) = (Array.Empty<float>(), Array.Empty<byte>());
        for (var i = 0; i < names.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (image, mask) = (Found(files[names[i]], options), Found(Path.Combine(masks, names[i] + ".png"), options));
            if (image.Size != mask.Size)
                throw new DataFormatException(Path.Combine(masks, names[i] + ".png"), $"a mask of {mask.Size}", $"{image.Size} as its image has");
            if (i == 0)
            {
                shape = shape.WithSize(options.Size ?? image.Size);
                (pixels, classes) = (new float[checked(names.Length * shape.Length)], new byte[checked(names.Length * shape.Plane)]);
            }
            else if (options.Size is null && image.Size != shape.Size)
                throw new DataFormatException(files[names[i]], $"an image of {image.Size}", $"{shape.Size} as the first has, or a size for all");
            Decode(files[names[i]], image, new ImageDecoder(shape, ImageResampling.Bilinear), pixels.AsSpan(i * shape.Length, shape.Length));
            ReadMask(Path.Combine(masks, names[i] + ".png"), mask, options, classes.AsSpan(i * shape.Plane, shape.Plane), shape.Size);
            progress?.Report(new ProgressUpdate("images and masks", (i + 1.0) / names.Length));
        }
        return new SegmentationSet(
            shape, pixels, classes, options.Classes, [.. names.Select(name => Array.IndexOf(groupNames, rows[name].Group))], groupNames, names, [.. names.Select(name => rows[name].Split)],
            unknown == 0 ? [] : [$"{unknown} images without a group were left out."]);
    }

    private static Dictionary<string, (string? Group, string? Split)> ReadGroups(string path, Dictionary<string, string> files, out int unknown, CancellationToken cancellation)
    {
        var table = TableReader.Read(path, cancellation: cancellation);
        foreach (var column in new[] { "file", "group" })
            if (!table.Contains(column))
                throw new DataFormatException(path, $"the columns {string.Join(", ", table.Columns.Select(c => c.Name))}", "the columns file and group", column: column);
        var rows = new Dictionary<string, (string? Group, string? Split)>();
        unknown = 0;
        for (var i = 0; i < table.RowCount; i++)
        {
            // Line 1 holds the names.
            var line = table.RowNumbers[i] + 2L;
            var file = table["file"].Text(i) ?? throw new DataFormatException(path, "nothing", "the name of an image", line, "file");
            var name = file.EndsWith(".png", StringComparison.OrdinalIgnoreCase) ? file[..^4] : file;
            if (!files.ContainsKey(name))
                throw new DataFormatException(path, $"'{file}'", "the name of an image in the folder", line, "file");
            if (!rows.TryAdd(name, (table["group"].Text(i), table.Contains("split") ? table["split"].Text(i) : null)))
                throw new DataFormatException(path, $"'{file}' again", "one row an image", line, "file");
            if (table["group"].IsMissing(i))
                unknown++;
        }
        return rows;
    }

    private static FoundImage Found(string path, SegmentationOptions options)
    {
        if (!File.Exists(path))
            throw new DataFormatException(path, "nothing", "a mask of the image's name");
        var found = FoundImage.Read(path, options.MaxPixels);
        if (found.Fault is null && found.Header is { Kind: ImageKind.Png } header && (header.Size.Pixels + 7) / 8 > MostPacked * new FileInfo(path).Length)
            throw new DataFormatException(path, $"a header that claims {header.Size} pixels", "no more than the file's bytes can hold");
        return found.Fault is null ? found : throw new DataFormatException(path, found.Fault, "a PNG or JPEG");
    }

    private static void Decode(string path, FoundImage image, ImageDecoder decoder, Span<float> output)
    {
        if (decoder.Decode(path, image, output) is { } fault)
            throw new DataFormatException(path, fault, "a whole image");
    }

    private static void ReadMask(string path, FoundImage mask, SegmentationOptions options, Span<byte> output, ImageSize size)
    {
        if (!mask.Header!.IsGrey || mask.Header.Bits != 8)
            throw new DataFormatException(path, $"{mask.Header.Bits} bits a sample{(mask.Header.IsGrey ? "" : ", not grey")}", "8-bit grey");
        // Decoded at its own size: resampling would mix classes.
        var values = new float[mask.Size.Pixels];
        Decode(path, mask, new ImageDecoder(new ImageShape(1, mask.Size.Height, mask.Size.Width), ImageResampling.Bilinear), values);
        var classes = Array.ConvertAll(values, value => options.ClassOf(MathF.Round(value * 255), path));
        MaskResizer.Apply(classes, mask.Size, output, size);
    }
}
