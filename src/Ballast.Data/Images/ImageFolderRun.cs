using Ballast.Core;

namespace Ballast.Data.Images;

/// <summary>The passes over the files of one folder.</summary>
internal sealed class ImageFolderRun(
    string root, ImageFolderOptions options, ImageManifestRow[] manifest, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
{
    private ParallelOptions Parallelism => new() { CancellationToken = cancellation, MaxDegreeOfParallelism = options.Threads };

    public FoundImage[] ReadHeaders()
    {
        var headers = new FoundImage[manifest.Length];
        var done = Counter("reading image headers");
        Parallel.For(0, manifest.Length, Parallelism, i =>
        {
            headers[i] = FoundImage.Read(PathOf(i), options.MaxPixels);
            done();
        });
        return headers;
    }

    /// <summary>Throws where unreadable images are not allowed, or too many.</summary>
    public void CheckUnreadable(FoundImage[] images)
    {
        var unreadable = Enumerable.Range(0, images.Length).Where(i => images[i].Fault is not null).ToArray();
        if (unreadable.Length == 0)
            return;
        var first = $"'{manifest[unreadable[0]].Path}': {images[unreadable[0]].Fault}";
        if (options.Unreadable == UnreadableImages.Refuse)
            throw new DataFormatException(root, $"an unreadable image ({first})", "readable images throughout");
        if (unreadable.Length > options.MaxUnreadableShare * images.Length)
            throw new DataFormatException(
                root, $"{unreadable.Length} of {images.Length} images unreadable ({first}{(unreadable.Length > 1 ? "; ..." : "")})",
                $"at most {100 * options.MaxUnreadableShare:0.###}%");
    }

    /// <summary>Channels, height and width of the dataset's samples.</summary>
    public ImageShape CommonShape(FoundImage[] images)
    {
        var readable = Enumerable.Range(0, images.Length).Where(i => images[i].Fault is null).ToArray();
        if (readable.Length == 0)
            throw new DataFormatException(root, "no readable image", "at least one");
        var channels = options.Color switch
        {
            ImageColor.Grey => 1,
            ImageColor.Color => 3,
            _ => readable.All(i => images[i].Header!.IsGrey) ? 1 : 3,
        };
        var size = options.Size ?? CommonSize(images, readable);
        if ((long)channels * size.Pixels * images.Length > Array.MaxLength)
            throw new DataFormatException(
                root, $"{images.Length} images of {size} with {channels} channels, {(long)channels * size.Pixels * images.Length:#,0} values",
                $"at most {Array.MaxLength:#,0} values; give a smaller size");
        return new ImageShape(channels, size.Height, size.Width);
    }

    /// <summary>Decodes all images; those that fail are left out of the dataset and carry their fault.</summary>
    public (Dataset Data, FoundImage[] Images) Decode(FoundImage[] images, ImageShape shape)
    {
        var (features, length) = (new float[images.Length * shape.Length], shape.Length);
        var after = (FoundImage[])images.Clone();
        var done = Counter("decoding images");
        Parallel.For(0, images.Length, Parallelism, () => new ImageDecoder(shape, options.Resampling), (i, _, decoder) =>
        {
            if (images[i].Fault is null && decoder.Decode(PathOf(i), images[i], features.AsSpan(i * length, length)) is { } fault)
                after[i] = images[i] with { Fault = fault };
            done();
            return decoder;
        }, _ => { });

        int[] kept = [.. Enumerable.Range(0, images.Length).Where(i => after[i].Fault is null)];
        for (var position = 0; position < kept.Length; position++)
            if (kept[position] != position)
                features.AsSpan(kept[position] * length, length).CopyTo(features.AsSpan(position * length, length));
        return (Build(features.AsMemory(0, kept.Length * length), kept, shape), after);
    }

    private Dataset Build(ReadOnlyMemory<float> features, int[] kept, ImageShape shape)
    {
        var (classes, labels) = Coded(kept, manifest.Select(row => row.Label), row => row.Label);
        var groups = manifest.Any(row => row.Group is not null)
            ? Coded(kept, manifest.Where(row => row.Group is not null).Select(row => row.Group!), row => row.Group)
            : ([], []);
        return new Dataset(
            features, kept.Length, sampleShape: [shape.Channels, shape.Height, shape.Width], labels: labels, classNames: classes,
            groups: groups.Codes, groupNames: groups.Names, rowIds: kept);
    }

    // Names in ordinal order, and the index of each kept image's own name, -1 without one.
    private (string[] Names, int[] Codes) Coded(int[] kept, IEnumerable<string> all, Func<ImageManifestRow, string?> name)
    {
        string[] names = [.. all.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var codeOf = names.Select((text, code) => (text, code)).ToDictionary(pair => pair.text, pair => pair.code, StringComparer.Ordinal);
        return (names, Array.ConvertAll(kept, i => name(manifest[i]) is { } text ? codeOf[text] : -1));
    }

    private ImageSize CommonSize(FoundImage[] images, int[] readable)
    {
        var sizes = readable.GroupBy(i => images[i].Size).OrderByDescending(group => group.Count()).ToArray();
        if (sizes.Length == 1)
            return sizes[0].Key;
        var (usual, other) = (sizes[0].First(), sizes[1].First());
        throw new DataFormatException(
            root,
            $"images of {sizes.Length} sizes, such as '{manifest[usual].Path}' ({images[usual].Size}) and '{manifest[other].Path}' ({images[other].Size})",
            "one size for all, or a size to resize them to");
    }

    private string PathOf(int i) => Path.Combine(root, manifest[i].Path);

    // Reports about a hundred times over all files.
    private Action Counter(string stage)
    {
        var (count, step) = (0, Math.Max(1, manifest.Length / 100));
        return () =>
        {
            var now = Interlocked.Increment(ref count);
            if (progress is not null && (now % step == 0 || now == manifest.Length))
                progress.Report(new ProgressUpdate(stage, now / (double)manifest.Length));
        };
    }
}
