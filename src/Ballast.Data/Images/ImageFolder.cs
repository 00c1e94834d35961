using Ballast.Core;

namespace Ballast.Data.Images;

/// <summary>Reads folders of PNG and JPEG files by class: the class is the first folder below the root, in ordinal order.</summary>
/// <remarks>
/// Samples stand in ordinal order of their paths, and a row id is a position in the list of all images found, so that ids do not depend on what could be read.
/// Colour profiles are not applied, transparency is dropped, photographs are turned upright by their Exif orientation, 16-bit PNGs are read at 8 bits and named. Headers are
/// checked before anything is decoded; links are never followed.
/// </remarks>
public static class ImageFolder
{
    /// <summary>Reads all images below a folder.</summary>
    /// <param name="root">The folder; may itself be a link.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told of headers and images read.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <exception cref="DataFormatException">
    /// No image, a class folder without any, images of different sizes without a size to bring them to, too many unreadable ones, or more values than one block holds.
    /// </exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read.</exception>
    public static ImageSet Read(string root, ImageFolderOptions? options = null, IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        options ??= new ImageFolderOptions();
        progress?.Report(new ProgressUpdate("finding images", double.NaN));
        var tree = ImageTree.Find(root, cancellation);
        var manifest = Manifest(root, tree, options.Parser, out var misplaced);

        var run = new ImageFolderRun(root, options, manifest, progress, cancellation);
        var headers = run.ReadHeaders();
        run.CheckUnreadable(headers);
        var shape = run.CommonShape(headers);
        var (data, faults) = run.Decode(headers, shape);
        run.CheckUnreadable(faults);
        CheckClasses(root, data, manifest, faults);

        var unreadable = Enumerable.Range(0, faults.Length).Where(i => faults[i].Fault is not null).Select(i => new SkippedFile(manifest[i].Path, faults[i].Fault!));
        SkippedFile[] skipped = [.. unreadable.Concat(misplaced).Concat(tree.Others).OrderBy(file => file.Path, StringComparer.Ordinal)];
        return new ImageSet(data, manifest, skipped, ImageNotes.Of(skipped, manifest, faults, shape, options));
    }

    private static ImageManifestRow[] Manifest(string root, ImageTree tree, IImagePathParser parser, out List<SkippedFile> misplaced)
    {
        if (parser is ClassFolderParser)
            CheckFolders(root, tree);
        misplaced = [];
        var rows = new List<ImageManifestRow>(tree.Images.Count);
        foreach (var path in tree.Images)
        {
            if (parser.Parse(path) is { } row)
                rows.Add(row);
            else
                misplaced.Add(new SkippedFile(path, $"its path is not as expected ({parser.Expected})"));
        }
        if (rows.Count == 0)
            throw new DataFormatException(root, tree.Images.Count == 0 ? "no PNG or JPEG file" : $"{tree.Images.Count} images, none where expected", parser.Expected);
        return [.. rows];
    }

    private static void CheckFolders(string root, ImageTree tree)
    {
        var filled = tree.Images.Select(path => path.Split('/', 2)[0]).ToHashSet(StringComparer.Ordinal);
        var empty = tree.Folders.Where(folder => !filled.Contains(folder)).ToArray();
        if (empty.Length > 0)
            throw new DataFormatException(root, $"no PNG or JPEG file in {ImageNotes.Named(empty, "folder")}", "images in every class folder");
    }

    private static void CheckClasses(string root, Dataset data, ImageManifestRow[] manifest, FoundImage[] faults)
    {
        var counts = data.ClassCounts();
        for (var k = 0; k < counts.Length; k++)
            if (counts[k] == 0)
            {
                var first = Array.FindIndex(manifest, row => row.Label == data.ClassNames[k]);
                throw new DataFormatException(
                    root, $"no readable image of class '{data.ClassNames[k]}' ('{manifest[first].Path}': {faults[first].Fault})", "at least one a class");
            }
    }
}
