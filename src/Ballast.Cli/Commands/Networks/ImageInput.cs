using System.IO.Compression;
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
        return OfIdx(path, IdxImages.Read(path, labels, cancellation: session.Cancellation), options);
    }

    /// <summary>Reads images to predict, labelled or not, and brings them to a size.</summary>
    /// <param name="session">Told of what was left out or changed.</param>
    /// <param name="path">A folder, or an IDX file, whose channels stay as they are.</param>
    /// <param name="size">Size of the images.</param>
    /// <param name="color">Channels of a folder's images.</param>
    public static ImageInput ReadUnlabelled(CommandSession session, string path, ImageSize size, ImageColor color)
    {
        if (Directory.Exists(path))
            return OfFolder(session, path, new ImageFolderOptions { Size = size, Color = color, Parser = new AnyPathParser() });
        var images = IdxImages.Read(path, session.Cancellation);
        if (ImageShape.Of(images).Size is var own && own != size)
            session.Warn($"All images: resized from {own} to {size}.");
        return OfIdx(path, images, new ImageFolderOptions { Size = size });
    }

    private static ImageInput OfFolder(CommandSession session, string path, ImageFolderOptions options)
    {
        var images = ImageFolder.Read(path, options, session.Progress, session.Cancellation);
        foreach (var note in images.Notes)
            session.Warn(note);
        return new ImageInput(images.Data, images.PathOf);
    }

    private static ImageInput OfIdx(string path, Dataset data, ImageFolderOptions options)
    {
        var grey = data.SampleShape[0] == 1;
        if ((options.Color == ImageColor.Grey && !grey) || (options.Color == ImageColor.Color && grey))
            throw new ArgumentException($"--color changes images of a folder; those in '{path}' have {data.SampleShape[0]} channel{(grey ? "" : "s")}.");
        var resized = options.Size is { } size ? ImageResizer.Resize(data, size, options.Resampling) : data;
        return new ImageInput(resized, row => $"{row + 1}");
    }

    // The first bytes of an IDX file of bytes: two zeros, the type, three or four axes.
    private static bool IsIdx(string path)
    {
        // A pipe has no length, and what is read from it is gone.
        if (!File.Exists(path) || new FileInfo(path).Length < 4)
            return false;
        using var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[4];
        if (file.ReadAtLeast(head, 4, throwOnEndOfStream: false) < 4)
            return false;
        if (head is not [0x1F, 0x8B, ..])
            return head is [0, 0, 8, 3 or 4];
        file.Position = 0;
        try
        {
            using var unpacked = new GZipStream(file, CompressionMode.Decompress);
            return unpacked.ReadAtLeast(head, 4, throwOnEndOfStream: false) == 4 && head is [0, 0, 8, 3 or 4];
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
