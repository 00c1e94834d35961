namespace Ballast.Data.Images.Augmentation;

/// <summary>A box of whole pixels inside an image.</summary>
/// <param name="Top">First row.</param>
/// <param name="Left">First column.</param>
/// <param name="Height">Rows, 0 for an empty box.</param>
/// <param name="Width">Columns, 0 for an empty box.</param>
public readonly record struct ImageBox(int Top, int Left, int Height, int Width)
{
    /// <summary>Pixels inside.</summary>
    public int Area => Height * Width;
}
