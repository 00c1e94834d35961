using Ballast.Core;
using Ballast.Data.Images;

namespace Ballast.Data.Segmentation;

/// <summary>How images and masks are read.</summary>
public sealed record SegmentationOptions
{
    private readonly int classes = 2;
    private readonly long maxPixels = 100_000_000;

    /// <summary>Classes K with the background, 2 to 256.</summary>
    public int Classes { get => classes; init => classes = Guard.InRange(value, 2, 256, nameof(Classes)); }

    /// <summary>Size that images and masks get; null for their own, which must then be equal.</summary>
    public ImageSize? Size { get; init; }

    /// <summary>1 for grey images, 3 for colour.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Class of each value of a mask; null where values are classes already.</summary>
    public IReadOnlyDictionary<int, int>? ClassMap { get; init; }

    /// <summary>Most pixels that a file may claim; a larger one is refused before memory is taken.</summary>
    public long MaxPixels { get => maxPixels; init => maxPixels = Guard.Positive(value, nameof(MaxPixels)); }

    /// <summary>The class of a mask's value.</summary>
    /// <exception cref="DataFormatException">It has none.</exception>
    internal byte ClassOf(float value, string file) =>
        value == MathF.Round(value) && (ClassMap is null ? value : ClassMap.TryGetValue((int)value, out var mapped) ? mapped : -1) is >= 0 and var found && found < Classes
            ? (byte)found
            : throw new DataFormatException(file, $"the value {value} in a mask", ClassMap is null ? $"a class 0..{Classes - 1}" : $"one of {string.Join(", ", ClassMap.Keys.Order())}, for classes 0..{Classes - 1}");
}
