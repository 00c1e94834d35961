namespace Ballast.Data.Resampling;

/// <summary>One operating point of a classifier.</summary>
/// <param name="FalsePositiveRate">0 to 1.</param>
/// <param name="TruePositiveRate">0 to 1.</param>
public readonly record struct RocPoint(double FalsePositiveRate, double TruePositiveRate);

/// <summary>The ROC convex hull of classifiers that give hard decisions, one point an amount of resampling (Provost and Fawcett 2001; Chawla et al. 2002, section 5).</summary>
public static class RocHull
{
    /// <summary>Upper convex hull of the points with (0,0) and (1,1), by ascending false positive rate; collinear points dropped, duplicates once.</summary>
    /// <exception cref="ArgumentException">A rate is NaN or outside [0, 1].</exception>
    public static RocPoint[] Of(IEnumerable<RocPoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        var sorted = points.Append(new RocPoint(0, 0)).Append(new RocPoint(1, 1)).Distinct()
            .OrderBy(p => p.FalsePositiveRate).ThenBy(p => p.TruePositiveRate).ToArray();
        var hull = new List<RocPoint>();
        foreach (var point in sorted)
        {
            if (!(point is { FalsePositiveRate: >= 0 and <= 1, TruePositiveRate: >= 0 and <= 1 }))
                throw new ArgumentException($"{point} is no operating point: both rates must lie between 0 and 1.", nameof(points));
            // Points at or below the chord from the one before to this one are not on the upper hull.
            while (hull.Count >= 2 && Turn(hull[^2], hull[^1], point) >= 0)
                hull.RemoveAt(hull.Count - 1);
            hull.Add(point);
        }
        return [.. hull];
    }

    /// <summary>Area under the hull of the points, by trapezoids: 0.5 (no skill) to 1.</summary>
    public static double Auc(IEnumerable<RocPoint> points)
    {
        var hull = Of(points);
        var area = 0.0;
        for (var i = 1; i < hull.Length; i++)
            area += (hull[i].FalsePositiveRate - hull[i - 1].FalsePositiveRate) * (hull[i].TruePositiveRate + hull[i - 1].TruePositiveRate) / 2;
        return area;
    }

    // Twice the signed area of the triangle: positive for a turn to the left.
    private static double Turn(RocPoint a, RocPoint b, RocPoint c) =>
        (b.FalsePositiveRate - a.FalsePositiveRate) * (c.TruePositiveRate - a.TruePositiveRate)
        - (b.TruePositiveRate - a.TruePositiveRate) * (c.FalsePositiveRate - a.FalsePositiveRate);
}
