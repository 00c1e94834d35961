using System.Runtime.InteropServices;
using Ballast.Core;

namespace Ballast.Data.Splitting;

/// <summary>Rows that belong together, for splits and folds.</summary>
public static class RowGroups
{
    /// <summary>Rows of each class 0..<paramref name="classes"/>-1, ascending.</summary>
    /// <param name="labels">n class indices.</param>
    /// <param name="classes">Number of classes K.</param>
    public static int[][] ByClass(ReadOnlySpan<int> labels, int classes)
    {
        var rows = Enumerable.Range(0, classes).Select(_ => new List<int>()).ToArray();
        for (var i = 0; i < labels.Length; i++)
            rows[labels[i]].Add(i);
        return Array.ConvertAll(rows, list => list.ToArray());
    }

    /// <summary>Rows of each group, large groups first, equal ones in random order; a row of group -1 stands alone.</summary>
    /// <param name="groups">n group indices, -1 where unknown.</param>
    /// <param name="random">Orders groups of equal size.</param>
    public static IReadOnlyList<int[]> LargestFirst(ReadOnlySpan<int> groups, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var rowsOf = new Dictionary<int, List<int>>();
        var members = new List<int[]>();
        for (var i = 0; i < groups.Length; i++)
        {
            if (groups[i] < 0)
                members.Add([i]);
            else if (rowsOf.TryGetValue(groups[i], out var rows))
                rows.Add(i);
            else
                rowsOf.Add(groups[i], [i]);
        }
        members.AddRange(rowsOf.Values.Select(rows => rows.ToArray()));
        random.Shuffle(CollectionsMarshal.AsSpan(members));
        return [.. members.OrderByDescending(rows => rows.Length)];
    }
}
