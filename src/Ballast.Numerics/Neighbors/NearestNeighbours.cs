using Ballast.Core;

namespace Ballast.Numerics.Neighbors;

/// <summary>How neighbours are searched; all ways give the same answer.</summary>
public enum NeighbourSearch
{
    /// <summary>A tree for many points of few coordinates, else blocks.</summary>
    Auto,

    /// <summary>All pairs, by blocked float32 products with an exact re-check of the candidates.</summary>
    Blocked,

    /// <summary>A k-d tree; numeric coordinates only.</summary>
    Tree,
}

/// <summary>Exact k nearest neighbours: ordered by squared distance in float64, then by lower index; a point is excluded from its own neighbours by index, so duplicates are neighbours.</summary>
/// <remarks>
/// Time: all pairs cost O(queries * n * d) multiply-adds on all cores; the tree about O(queries * log n) for few coordinates. Memory: one float32
/// copy of the points, and k numbers a query. The result does not depend on the way of searching or on the number of threads.
/// </remarks>
public static class NearestNeighbours
{
    // Measured on normal points, 2 cores: per point the blocks' time grows with n and the tree's with the width; they meet near these counts.
    private static double FewestPointsForTree(int width) => 10_000 * Math.Pow(1.3, width);

    /// <summary>Neighbours of every point among the others.</summary>
    /// <param name="points">The points.</param>
    /// <param name="k">Neighbours wanted, 1 to n - 1.</param>
    /// <param name="search">How to search.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentOutOfRangeException">k lies outside 1..n-1.</exception>
    /// <exception cref="ArgumentException">A coordinate is not finite.</exception>
    public static NeighbourTable Within(PointSet points, int k, NeighbourSearch search = NeighbourSearch.Auto, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        return Search(points, Identity(points.Count), points, excludeSelf: true, k, search, cancellation);
    }

    /// <summary>Neighbours of each of <paramref name="rows"/> among <paramref name="rows"/>; indices in the result are places in <paramref name="rows"/>.</summary>
    /// <param name="points">The points.</param>
    /// <param name="rows">The subset, strictly ascending.</param>
    /// <param name="k">Neighbours wanted, 1 to the number of rows - 1.</param>
    /// <param name="search">How to search.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException"><paramref name="rows"/> does not ascend, or k is too large for it.</exception>
    public static NeighbourTable Within(
        PointSet points, ReadOnlySpan<int> rows, int k, NeighbourSearch search = NeighbourSearch.Auto, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        for (var i = 1; i < rows.Length; i++)
            if (rows[i] <= rows[i - 1])
                throw new ArgumentException($"rows must ascend, but rows[{i}] is {rows[i]} after {rows[i - 1]}.", nameof(rows));
        return Within(points.Select(rows), k, search, cancellation);
    }

    /// <summary>Neighbours of each of <paramref name="queries"/> among ALL points but itself.</summary>
    /// <param name="points">The points.</param>
    /// <param name="queries">Indices of points, any order.</param>
    /// <param name="k">Neighbours wanted, 1 to n - 1.</param>
    /// <param name="search">How to search.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static NeighbourTable Among(
        PointSet points, ReadOnlySpan<int> queries, int k, NeighbourSearch search = NeighbourSearch.Auto, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        foreach (var query in queries)
            Guard.InRange(query, 0, points.Count - 1, nameof(queries));
        return Search(points, queries.ToArray(), points, excludeSelf: true, k, search, cancellation);
    }

    /// <summary>Neighbours of every point of one set among all points of another.</summary>
    /// <param name="queries">Whose neighbours.</param>
    /// <param name="points">Among which; same widths as <paramref name="queries"/>.</param>
    /// <param name="k">Neighbours wanted, 1 to n.</param>
    /// <param name="search">How to search.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static NeighbourTable Between(
        PointSet queries, PointSet points, int k, NeighbourSearch search = NeighbourSearch.Auto, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(points);
        if (queries.Width != points.Width || queries.CodeWidth != points.CodeWidth || queries.Mismatch != points.Mismatch)
            throw new ArgumentException("queries and points must have the same widths and mismatch.", nameof(queries));
        return Search(queries, Identity(queries.Count), points, excludeSelf: false, k, search, cancellation);
    }

    /// <summary>Neighbours of each of <paramref name="queries"/> among 0..<paramref name="count"/>-1 but itself, by any distance: all pairs, on all cores.</summary>
    /// <param name="count">Number of points n.</param>
    /// <param name="queries">Indices of points, any order.</param>
    /// <param name="k">Neighbours wanted, 1 to n - 1.</param>
    /// <param name="distance">Distance of (query, candidate); called from several threads.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static NeighbourTable By(int count, ReadOnlySpan<int> queries, int k, Func<int, int, double> distance, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(distance);
        Guard.InRange(k, 1, count - 1);
        var rows = queries.ToArray();
        var table = new NeighbourTable(rows.Length, k);
        Parallel.For(0, rows.Length, new ParallelOptions { CancellationToken = cancellation }, q =>
        {
            for (var candidate = 0; candidate < count; candidate++)
                if (candidate != rows[q])
                    table.Offer(q, candidate, distance(rows[q], candidate));
        });
        return table;
    }

    private static NeighbourTable Search(
        PointSet queries, int[] rows, PointSet points, bool excludeSelf, int k, NeighbourSearch search, CancellationToken cancellation)
    {
        Guard.InRange(k, 1, points.Count - (excludeSelf ? 1 : 0));
        cancellation.ThrowIfCancellationRequested();
        var byTree = search switch
        {
            NeighbourSearch.Tree => points.CodeWidth == 0 ? true : throw new ArgumentException("The tree searches numeric coordinates only.", nameof(search)),
            NeighbourSearch.Blocked => false,
            _ => points.CodeWidth == 0 && points.Count >= FewestPointsForTree(points.Width),
        };
        return byTree
            ? new KdTree(points).Search(queries, rows, excludeSelf, k, cancellation)
            : BlockedSearch.Search(queries, rows, points, excludeSelf, k, cancellation);
    }

    private static int[] Identity(int count)
    {
        var rows = new int[count];
        for (var i = 0; i < count; i++)
            rows[i] = i;
        return rows;
    }
}
