using Ballast.Core;

namespace Ballast.Data.Images;

/// <summary>Height and width of an image in pixels, both at least 1.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct ImageSize(int Height, int Width)
{
    /// <summary>Rows.</summary>
    public int Height { get; } = Guard.Positive(Height);

    /// <summary>Columns.</summary>
    public int Width { get; } = Guard.Positive(Width);

    /// <summary>A square image.</summary>
    public static ImageSize Square(int side) => new(side, side);

    /// <summary>Pixels in all.</summary>
    public long Pixels => (long)Height * Width;

    /// <summary>Width x height, as image tools write it.</summary>
    public override string ToString() => $"{Width} x {Height}";
}
