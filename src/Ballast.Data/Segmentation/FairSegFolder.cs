using System.IO.Compression;
using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Exchange;

namespace Ballast.Data.Segmentation;

/// <summary>Reads a folder of <c>.npz</c> files as Harvard-FairSeg has them: the arrays <c>slo_fundus</c> and <c>disc_cup_mask</c>, and one number an attribute (race, gender, ...).</summary>
public static class FairSegFolder
{
    private const string ImageArray = "slo_fundus", MaskArray = "disc_cup_mask";
    private const int LargestGroup = 1_000_000, HeaderBytes = 65_536;

    /// <summary>Reads all files of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="attribute">The attribute that makes groups; -1 is unknown: such images are left out and counted.</param>
    /// <param name="options">Classes, size; images are grey. Values 0 to 255 of images become 0 to 1.</param>
    /// <param name="progress">Told of the share read.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <exception cref="DataFormatException">A file lacks an array, or one has another shape or value than expected.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder is not there.</exception>
    public static SegmentationSet Load(string folder, string attribute, SegmentationOptions options, IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(attribute);
        string[] paths = [.. Directory.EnumerateFiles(folder, "*.npz").Order(StringComparer.Ordinal)];
        var (images, masks, values, names) = (new List<float[]>(), new List<byte[]>(), new List<int>(), new List<string>());
        ImageSize? size = options.Size;
        foreach (var (i, path) in paths.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            using var archive = Open(path);
            var group = Group(archive, path, attribute, options, cancellation);
            if (group >= 0)
            {
                var (image, mask) = (Plane(archive, path, ImageArray, options, cancellation), Plane(archive, path, MaskArray, options, cancellation));
                if (image.Size != mask.Size)
                    throw new DataFormatException(path, $"a mask of {mask.Size}", $"{image.Size} as its image has");
                size ??= image.Size;
                if (options.Size is null && image.Size != size)
                    throw new DataFormatException(path, $"an image of {image.Size}", $"{size} as the first has, or a size for all");
                images.Add(Resized(image.Values, image.Size, size.Value, path));
                var classes = new byte[size.Value.Pixels];
                MaskResizer.Apply(Array.ConvertAll(mask.Values, value => options.ClassOf(value, path)), mask.Size, classes, size.Value);
                masks.Add(classes);
                values.Add(group);
                names.Add(Path.GetFileNameWithoutExtension(path));
            }
            progress?.Report(new ProgressUpdate("archives", (i + 1.0) / paths.Length));
        }
        if (images.Count == 0)
            throw new DataFormatException(folder, paths.Length == 0 ? "no .npz file" : $"no image with a known '{attribute}'", "at least one");
        int[] distinct = [.. values.Distinct().Order()];
        return new SegmentationSet(
            new ImageShape(1, size!.Value.Height, size.Value.Width), images.SelectMany(image => image).ToArray(), masks.SelectMany(mask => mask).ToArray(), options.Classes,
            [.. values.Select(value => Array.IndexOf(distinct, value))], [.. distinct.Select(value => $"{attribute} {value}")], names,
            notes: paths.Length == images.Count ? [] : [$"{paths.Length - images.Count} images of unknown {attribute} were left out."]);
    }

    private static ZipArchive Open(string path)
    {
        ZipArchive? archive = null;
        try
        {
            archive = ZipFile.OpenRead(path);
            _ = archive.Entries.Count; // the directory is read here, not by opening
            return archive;
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            archive?.Dispose();
            throw new DataFormatException(path, "no zip archive", "an .npz file", inner: error);
        }
    }

    private static int Group(ZipArchive archive, string path, string attribute, SegmentationOptions options, CancellationToken cancellation) =>
        Read(archive, path, attribute, options, cancellation).Values switch
        {
            [var only] when only == MathF.Round(only) && MathF.Abs(only) < LargestGroup => (int)only,
            [var only] => throw new DataFormatException(path, $"the {attribute} {only}", "a whole number"),
            var several => throw new DataFormatException(path, $"an array '{attribute}' of {several.Length} values", "one number"),
        };

    private static (float[] Values, ImageSize Size) Plane(ZipArchive archive, string path, string name, SegmentationOptions options, CancellationToken cancellation)
    {
        var array = Read(archive, path, name, options, cancellation);
        return array.Shape is [> 0 and var height, > 0 and var width]
            ? (array.Values, new ImageSize(height, width))
            : throw new DataFormatException(path, $"an array '{name}' of shape [{string.Join(", ", array.Shape)}]", "[height, width]");
    }

    private static DenseArray<float> Read(ZipArchive archive, string path, string name, SegmentationOptions options, CancellationToken cancellation)
    {
        var entry = archive.GetEntry(name + ".npy") ?? throw new DataFormatException(path, $"the arrays {string.Join(", ", archive.Entries.Select(e => Path.GetFileNameWithoutExtension(e.Name)))}", $"an array '{name}'");
        // The size that the archive claims is looked at before memory is taken, and memory grows with what is really there.
        var most = Math.Min(Array.MaxLength, options.MaxPixels > long.MaxValue / sizeof(double) ? long.MaxValue : options.MaxPixels * sizeof(double) + HeaderBytes);
        if (entry.Length > most)
            throw new DataFormatException(path, $"an array '{name}' of {entry.Length:#,0} bytes", $"at most {options.MaxPixels:#,0} pixels");
        using var bytes = new MemoryStream();
        try
        {
            using var packed = entry.Open();
            var chunk = new byte[81920];
            for (int read; (read = packed.Read(chunk)) > 0;)
            {
                cancellation.ThrowIfCancellationRequested();
                if (bytes.Length + read > entry.Length)
                    throw new InvalidDataException($"It holds more than the {entry.Length} bytes that it claims.");
                bytes.Write(chunk, 0, read);
            }
            if (bytes.Length < entry.Length)
                throw new EndOfStreamException();
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            throw new DataFormatException(path, $"a damaged array '{name}'", "a whole one", inner: error);
        }
        bytes.Position = 0;
        return NpyFile.Read<float>(bytes, $"{path}:{name}", cancellation);
    }

    private static float[] Resized(float[] values, ImageSize from, ImageSize to, string path)
    {
        foreach (ref var value in values.AsSpan())
            value = value is >= 0 and <= 255 ? value / 255 : throw new DataFormatException(path, $"the value {value} in an image", "0 to 255");
        if (from == to)
            return values;
        var output = new float[to.Pixels];
        new ImageResizer(from, to, ImageResampling.Bilinear).Apply(values, output);
        return output;
    }
}
