namespace Ballast.Evaluation.Calibration.Curves;

/// <summary>Linear interpolation between corners.</summary>
internal static class Interpolation
{
    /// <summary>The value at <paramref name="x"/>; the end values outside. Of several corners at one place one is taken.</summary>
    public static double At(double[] places, double[] heights, double x)
    {
        var found = Array.BinarySearch(places, x);
        if (found >= 0)
            return heights[found];
        var above = ~found;
        if (above == 0)
            return heights[0];
        if (above == places.Length)
            return heights[^1];
        var share = (x - places[above - 1]) / (places[above] - places[above - 1]);
        return heights[above - 1] + share * (heights[above] - heights[above - 1]);
    }
}
