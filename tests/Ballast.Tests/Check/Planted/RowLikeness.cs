namespace Ballast.Tests.Check.Planted;

/// <summary>Rows of a table that are alike in some columns, by nature or not.</summary>
internal static class RowLikeness
{
    /// <summary>Groups of two and more rows equal in all <paramref name="columns"/>; 1-based rows, ascending.</summary>
    public static IReadOnlyList<int[]> Equal(IReadOnlyList<string[]> rows, int[] columns) =>
        [.. Enumerable.Range(0, rows.Count)
            .GroupBy(r => string.Join('\u001f', columns.Select(c => rows[r][c])))
            .Where(group => group.Count() > 1)
            .Select(group => group.Select(r => r + 1).ToArray())];

    /// <summary>1-based rows that equal another row in all <paramref name="columns"/> but one, pairs of <paramref name="known"/> and equal rows not counted.</summary>
    public static IReadOnlyList<int> OneCellApart(IReadOnlyList<string[]> rows, int[] columns, IReadOnlySet<(int Low, int High)> known)
    {
        // A row's key is a sum of one hash a cell, so that leaving a cell out is a subtraction.
        var cellKeys = rows.Select(row => columns.Select(c => Key(c, row[c])).ToArray()).ToArray();
        var rowKeys = cellKeys.Select(keys => keys.Aggregate(0UL, (sum, key) => sum + key)).ToArray();
        var found = new HashSet<int>();
        for (var j = 0; j < columns.Length; j++)
            foreach (var group in Enumerable.Range(0, rows.Count).GroupBy(r => rowKeys[r] - cellKeys[r][j]).Where(group => group.Count() > 1))
                foreach (var (a, b) in OtherPairs([.. group], j))
                    found.UnionWith([a + 1, b + 1]);
        return [.. found.Order()];

        IEnumerable<(int A, int B)> OtherPairs(int[] group, int j)
        {
            for (var a = 0; a < group.Length; a++)
                for (var b = a + 1; b < group.Length; b++)
                    if (cellKeys[group[a]][j] != cellKeys[group[b]][j] && !known.Contains((group[a] + 1, group[b] + 1)))
                        yield return (group[a], group[b]);
        }
    }

    // FNV-1a, then SplitMix64's finaliser: string.GetHashCode differs from run to run.
    private static ulong Key(int column, string cell)
    {
        var hash = 14695981039346656037UL ^ (ulong)column;
        foreach (var c in cell)
            hash = (hash ^ c) * 1099511628211UL;
        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9UL;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebUL;
        return hash ^ (hash >> 31);
    }
}
