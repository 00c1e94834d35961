using SkiaSharp;

namespace Ballast.Data.Images;

/// <summary>Sentences about what reading a folder of images skipped or changed.</summary>
internal static class ImageNotes
{
    private const int NamesShown = 3;

    public static IReadOnlyList<string> Of(
        IReadOnlyList<SkippedFile> skipped, ImageManifestRow[] manifest, FoundImage[] images, ImageShape shape, ImageFolderOptions options)
    {
        var notes = new List<string>();
        foreach (var reason in skipped.GroupBy(file => file.Reason).OrderBy(group => group.Key, StringComparer.Ordinal))
            notes.Add($"Not read: {Named([.. reason.Select(file => file.Path)], "file")}; {reason.Key}.");
        var used = Enumerable.Range(0, images.Length).Where(i => images[i].Fault is null).ToArray();
        Add(i => shape.Channels == 3 && images[i].Header!.IsGrey, "grey among colour, repeated in three channels");
        Add(i => shape.Channels == 1 && !images[i].Header!.IsGrey, "colour, turned to grey");
        Add(i => images[i].Header!.HasAlpha, "transparency dropped");
        Add(i => images[i].Header!.Bits > 8, "16 bits a sample, read at 8");
        Add(i => images[i].Origin > SKEncodedOrigin.TopLeft, "turned upright by the Exif orientation");
        Add(i => images[i].Size != shape.Size, $"resized to {shape.Size} ({options.Resampling.ToString().ToLowerInvariant()})");
        return notes;

        void Add(Func<int, bool> applies, string what)
        {
            string[] paths = [.. used.Where(applies).Select(i => manifest[i].Path)];
            if (paths.Length > 0)
                notes.Add($"{Named(paths, "image")}: {what}.");
        }
    }

    /// <summary>"2 files ('a', 'b')"; beyond three names, the first three and "...".</summary>
    public static string Named(IReadOnlyList<string> names, string noun)
    {
        var shown = string.Join(", ", names.Take(NamesShown).Select(name => $"'{name}'"));
        return $"{names.Count:#,0} {noun}{(names.Count == 1 ? "" : "s")} ({shown}{(names.Count > NamesShown ? ", ..." : "")})";
    }
}
