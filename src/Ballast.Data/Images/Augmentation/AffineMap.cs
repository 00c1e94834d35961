namespace Ballast.Data.Images.Augmentation;

/// <summary>An affine map of the plane, from pixels of a warped image to places in the image it is taken from: (x, y) to (XX x + XY y + X0, YX x + YY y + Y0).</summary>
/// <remarks>
/// x counts columns from left to right, y rows from top to bottom; whole numbers are centres of pixels, so the centre of an image h x w is
/// ((w-1)/2, (h-1)/2). Maps go backwards, from the output to the source, since that is what a warp evaluates.
/// </remarks>
/// <param name="XX">Source x for each output x.</param>
/// <param name="XY">Source x for each output y.</param>
/// <param name="X0">Source x of the output's origin.</param>
/// <param name="YX">Source y for each output x.</param>
/// <param name="YY">Source y for each output y.</param>
/// <param name="Y0">Source y of the output's origin.</param>
public readonly record struct AffineMap(double XX, double XY, double X0, double YX, double YY, double Y0)
{
    /// <summary>Every pixel comes from its own place.</summary>
    public static AffineMap Identity { get; } = new(1, 0, 0, 0, 1, 0);

    /// <summary>Mirrored left to right.</summary>
    public static AffineMap FlipHorizontal(ImageSize size) => new(-1, 0, size.Width - 1, 0, 1, 0);

    /// <summary>Mirrored top to bottom.</summary>
    public static AffineMap FlipVertical(ImageSize size) => new(1, 0, 0, 0, -1, size.Height - 1);

    /// <summary>The content moved by (<paramref name="right"/>, <paramref name="down"/>) pixels.</summary>
    public static AffineMap Translation(double right, double down) => new(1, 0, -right, 0, 1, -down);

    /// <summary>The content turned counter-clockwise, as one sees it, by <paramref name="degrees"/> about the image's centre; multiples of 90 degrees are exact.</summary>
    public static AffineMap Rotation(double degrees, ImageSize size)
    {
        var (sin, cos) = ExactSinCos(degrees);
        // y points down: what is seen at (x, y) after the turn stood at (x cos - y sin, x sin + y cos).
        return AboutCentre(cos, -sin, sin, cos, size);
    }

    /// <summary>The content magnified by <paramref name="factor"/> about the image's centre.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not positive.</exception>
    public static AffineMap Zoom(double factor, ImageSize size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        return AboutCentre(1 / factor, 0, 0, 1 / factor, size);
    }

    /// <summary>The content sheared about the image's centre: a row one pixel lower moves tan(horizontal) to the right, a column one pixel further right tan(vertical) down.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The two angles make the map singular (they sum to 90 degrees).</exception>
    public static AffineMap Shear(double horizontalDegrees, double verticalDegrees, ImageSize size)
    {
        var (a, b) = (Math.Tan(horizontalDegrees * Math.PI / 180), Math.Tan(verticalDegrees * Math.PI / 180));
        var determinant = 1 - a * b;
        if (Math.Abs(determinant) < 1e-6)
            throw new ArgumentOutOfRangeException(nameof(verticalDegrees), verticalDegrees, "The two shears together flatten the image.");
        return AboutCentre(1 / determinant, -a / determinant, -b / determinant, 1 / determinant, size);
    }

    /// <summary>The box with corner (<paramref name="left"/>, <paramref name="top"/>) and the given extents, stretched over an image of size <paramref name="output"/>.</summary>
    /// <param name="left">Left edge of the box; 0 is the left edge of the source's first column, half a pixel from its centre.</param>
    /// <param name="top">Top edge of the box, likewise.</param>
    /// <param name="width">Width of the box in source pixels.</param>
    /// <param name="height">Height of the box in source pixels.</param>
    /// <param name="output">Size of the warped image.</param>
    public static AffineMap Crop(double left, double top, double width, double height, ImageSize output)
    {
        var (x, y) = (width / output.Width, height / output.Height);
        return new(x, 0, left + 0.5 * x - 0.5, 0, y, top + 0.5 * y - 0.5);
    }

    /// <summary>This warp, then <paramref name="next"/>: two warps as one, without a second interpolation.</summary>
    public AffineMap Then(AffineMap next) => new(
        XX * next.XX + XY * next.YX, XX * next.XY + XY * next.YY, XX * next.X0 + XY * next.Y0 + X0,
        YX * next.XX + YY * next.YX, YX * next.XY + YY * next.YY, YX * next.X0 + YY * next.Y0 + Y0);

    /// <summary>The source place of output pixel (<paramref name="x"/>, <paramref name="y"/>).</summary>
    public (double X, double Y) Source(double x, double y) => (XX * x + XY * y + X0, YX * x + YY * y + Y0);

    /// <summary>Whether pixels are only moved and mirrored, never mixed.</summary>
    internal bool IsMove =>
        XY == 0 && YX == 0 && Math.Abs(XX) == 1 && Math.Abs(YY) == 1 && IsWhole(X0) && IsWhole(Y0);

    private static bool IsWhole(double value) => Math.Abs(value) < 1e9 && Math.Floor(value) == value;

    private static AffineMap AboutCentre(double xx, double xy, double yx, double yy, ImageSize size)
    {
        var (x, y) = ((size.Width - 1) / 2.0, (size.Height - 1) / 2.0);
        return new(xx, xy, x - xx * x - xy * y, yx, yy, y - yx * x - yy * y);
    }

    private static (double Sin, double Cos) ExactSinCos(double degrees)
    {
        if (degrees % 90 != 0)
            return Math.SinCos(degrees * Math.PI / 180);
        var quarters = ((int)(degrees / 90 % 4) + 4) % 4;
        return quarters switch
        {
            0 => (0, 1),
            1 => (1, 0),
            2 => (0, -1),
            _ => (-1, 0),
        };
    }
}
