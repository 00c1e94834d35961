using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Images;

namespace Ballast.Cli.Commands.Networks;

/// <summary>Images as a user gives them: a folder of PNG and JPEG files by class, or IDX files.</summary>
/// <param name="Data">The images, [c,h,w] in [0,1], with labels unless they are to be predicted.</param>
/// <param name="NameOf">What the user calls the image at a position: its path, or its number from 1.</param>
internal sealed record ImageInput(Dataset Data, Func<int, string> NameOf)
{
    /// <summary>Whether a path holds images rather than a table.</summary>
    public static bool Is(string path) => Directory.Exists(path) || IsIdx(path);

    /// <summary>Reads labelled images.</summary>
    public static ImageInput Read(CommandSession session, string path, string? labels, ImageFolderOptions options)
    {
        if (Directory.Exists(path))
        {
            if (labels is not null)
                throw new ArgumentException("--labels goes with IDX files; in a folder the class is the first folder below it.");
            return OfFolder(session, path, options);
        }
        if (labels is null)
            throw new ArgumentException($"'{path}' holds images without labels: name the file of labels by --labels.");
        return OfIdx(IdxImages.Read(path, labels, cancellation: session.Cancellation), options);
    }

    /// <summary>Reads images to predict, labelled or not.</summary>
    public static ImageInput ReadUnlabelled(CommandSession session, string path, ImageFolderOptions options) => Directory.Exists(path)
        ? OfFolder(session, path, options with { Parser = new AnyPathParser() })
        : OfIdx(IdxImages.Read(path, session.Cancellation), options);

    private static ImageInput OfFolder(CommandSession session, string path, ImageFolderOptions options)
    {
        var images = ImageFolder.Read(path, options, session.Progress, session.Cancellation);
        foreach (var note in images.Notes)
            session.Warn(note);
        return new ImageInput(images.Data, images.PathOf);
    }

    private static ImageInput OfIdx(Dataset data, ImageFolderOptions options)
    {
        var resized = options.Size is { } size ? ImageResizer.Resize(data, size, options.Resampling) : data;
        return new ImageInput(resized, row => $"{row + 1}");
    }

    // The first bytes of an IDX file: two zeros, the type, three or four axes; a gzipped one is known by its name.
    private static bool IsIdx(string path)
    {
        if (!File.Exists(path))
            return false;
        if (Path.GetFileName(path).Contains("idx3", StringComparison.OrdinalIgnoreCase) || Path.GetFileName(path).Contains("idx4", StringComparison.OrdinalIgnoreCase))
            return true;
        Span<byte> head = stackalloc byte[4];
        using var stream = File.OpenRead(path);
        return stream.ReadAtLeast(head, 4, throwOnEndOfStream: false) == 4 && head is [0, 0, 8, 3 or 4];
    }
}
