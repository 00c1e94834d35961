using Ballast.Core;

namespace Ballast.Data.Images;

/// <summary>How a folder of images is read.</summary>
public sealed record ImageFolderOptions
{
    /// <summary>Size of all images in the dataset; null keeps their own, which then must be the same for all.</summary>
    public ImageSize? Size { get; init; }

    /// <summary>How images of another size are brought to <see cref="Size"/>; width and height are stretched independently.</summary>
    public ImageResampling Resampling { get; init; } = ImageResampling.Area;

    /// <summary>Channels of the dataset.</summary>
    public ImageColor Color { get; init; } = ImageColor.Auto;

    /// <summary>What is read from a path: class, group and more. The class is the first folder below the root unless told otherwise.</summary>
    public IImagePathParser Parser { get; init; } = new ClassFolderParser();

    /// <summary>What happens with images that cannot be read.</summary>
    public UnreadableImages Unreadable { get; init; } = UnreadableImages.Skip;

    /// <summary>Share of all images that may be left out as unreadable before that is an error, in [0,1].</summary>
    public double MaxUnreadableShare { get; init => field = Guard.InRange(value, 0, 1); } = 0.01;

    /// <summary>Pixels that a header may claim; images that claim more are not decoded. 1 to 250 million; decoding takes up to 8 bytes a pixel and thread.</summary>
    public long MaxPixels { get; init => field = Guard.InRange(value, 1, 250_000_000); } = 100_000_000;

    /// <summary>Greatest number of threads; -1 for all.</summary>
    public int Threads { get; init; } = -1;
}
