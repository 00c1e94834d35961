using Ballast.Core;
using Ballast.Numerics.Neighbors;

namespace Ballast.Data.Resampling;

/// <summary>The rows of one class, sorted by how many of their m nearest neighbours among all rows are of other classes (Han, Wang and Mao 2005).</summary>
/// <param name="Rows">The rows of the class, ascending.</param>
/// <param name="OtherClassNeighbours">m' for each of <paramref name="Rows"/>.</param>
/// <param name="Danger">Rows with m/2 &lt;= m' &lt; m.</param>
/// <param name="Noise">Rows with m' = m.</param>
/// <param name="Safe">Rows with m' &lt; m/2.</param>
public sealed record BorderlineGroups(int[] Rows, int[] OtherClassNeighbours, int[] Danger, int[] Noise, int[] Safe)
{
    /// <summary>Sorts the rows of one class.</summary>
    /// <param name="points">All rows.</param>
    /// <param name="labels">Their classes.</param>
    /// <param name="classIndex">The class.</param>
    /// <param name="neighbours">m, 1 to n - 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static BorderlineGroups Of(PointSet points, ReadOnlySpan<int> labels, int classIndex, int neighbours, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        Guard.SameLength(points.Count, labels.Length, nameof(points), nameof(labels));
        var rows = new List<int>();
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] == classIndex)
                rows.Add(i);
        int[] own = [.. rows];
        var near = NearestNeighbours.Among(points, own, neighbours, cancellation: cancellation);
        var others = new int[own.Length];
        for (var q = 0; q < own.Length; q++)
            foreach (var row in near.Of(q))
                others[q] += labels[row] == classIndex ? 0 : 1;
        int[] Where(Func<int, bool> rule) => [.. own.Where((_, q) => rule(others[q]))];
        return new BorderlineGroups(
            own, others, Where(other => 2 * other >= neighbours && other < neighbours), Where(other => other == neighbours), Where(other => 2 * other < neighbours));
    }
}
