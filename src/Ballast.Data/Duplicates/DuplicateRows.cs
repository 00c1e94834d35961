using Ballast.Data.Reading;

namespace Ballast.Data.Duplicates;

/// <summary>Rows of a table that stand in it more than once, exactly or nearly.</summary>
/// <remarks>
/// Exact: every compared column holds the same value (numbers by value, texts to the letter). Near: the same after trimming, folding
/// case and collapsing blanks; or with stray decimals next to a row that has none (<see cref="OffGridPairs"/>); or equal in most cells and in a column
/// that is not compared (<see cref="WitnessedPairs"/>); or equal but for one cell where nature does not explain it (<see cref="OneCellPairs"/>); or so much nearer to each other than rows of this table are by chance that few such pairs are
/// expected to be a coincidence (<see cref="NearPairs"/>, and by equal cells <see cref="AgreeingPairs"/>). Each group points to its first row that has no stray decimals.
/// </remarks>
public sealed class DuplicateRows
{
    private readonly int[] duplicateOf;
    private readonly bool[] isExact;

    private DuplicateRows(int[] duplicateOf, bool[] isExact) => (this.duplicateOf, this.isExact) = (duplicateOf, isExact);

    /// <summary>For each row the row that its group points to, or -1 for that row itself and for rows alone.</summary>
    public ReadOnlySpan<int> DuplicateOf => duplicateOf;

    /// <summary>Whether the row equals an earlier row of its group in every compared column.</summary>
    public bool IsExact(int row) => isExact[row];

    /// <summary>A group index a row: rows of one group are copies of each other. Used to keep copies in one fold.</summary>
    public int[] Groups()
    {
        var groups = new int[duplicateOf.Length];
        for (var i = 0; i < groups.Length; i++)
            groups[i] = duplicateOf[i] < 0 ? i : duplicateOf[i];
        return groups;
    }

    /// <summary>Rows that repeat another, ascending.</summary>
    public int[] Copies(bool exact)
    {
        var rows = new List<int>();
        for (var i = 0; i < duplicateOf.Length; i++)
            if (duplicateOf[i] >= 0 && isExact[i] == exact)
                rows.Add(i);
        return [.. rows];
    }

    /// <summary>Finds the copies among the rows of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">Columns to compare: not the target, not identifiers.</param>
    /// <param name="witnesses">Columns that are not compared but may tell that two rows alike are one record (<see cref="WitnessedPairs"/>): identifiers, leaks, texts.</param>
    /// <param name="target">The target of a classification: a witness that leaks it is judged within its classes.</param>
    /// <param name="seed">Seed of what is sampled.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <exception cref="ArgumentException">No columns, or one that the table lacks.</exception>
    public static DuplicateRows Find(Table table, IReadOnlyList<string> columns, IReadOnlyList<string>? witnesses = null, string? target = null, int seed = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0)
            throw new ArgumentException("Duplicates need at least one column to compare.", nameof(columns));
        var compared = columns.Select(name => table[name]).ToArray();

        var exactFirst = FirstEqualRow(table.RowCount, [.. compared.Select(ComparedValues.Exact)]);
        int[][] folded = [.. compared.Select(ComparedValues.Folded)];
        var foldedFirst = FirstEqualRow(table.RowCount, folded);
        cancellation.ThrowIfCancellationRequested();

        // Near pairs are searched among one row of each folded group, so that a crowd of copies cannot pose as a neighbourhood.
        var representatives = Enumerable.Range(0, table.RowCount).Where(i => foldedFirst[i] == i).ToArray();
        var groups = new DisjointSets(table.RowCount);
        for (var i = 0; i < foldedFirst.Length; i++)
            groups.Union(i, foldedFirst[i]);
        var derived = new bool[table.RowCount];
        foreach (var (odd, origin) in OffGridPairs.Find(compared, representatives, seed, cancellation))
        {
            groups.Union(odd, origin);
            derived[odd] = true;
        }
        for (var i = 0; i < derived.Length; i++)
            derived[i] = derived[foldedFirst[i]];
        int[] regular = [.. representatives.Where(i => !derived[i])];
        foreach (var (a, b) in WitnessedPairs.Find(folded, [.. (witnesses ?? []).Select(name => table[name])], target is null ? null : table[target].Codes.ToArray(), regular, seed, cancellation))
            groups.Union(a, b);
        regular = [.. regular.Where(i => groups.Find(i) == i)];
        var near = Enumerable.Range(0, table.RowCount).Count(i => exactFirst[i] == i && groups.Find(i) != i);
        foreach (var (a, b) in OneCellPairs.Find(compared, folded, regular, Twins(groups, table.RowCount), near, seed, cancellation))
            groups.Union(a, b);
        int[] single = [.. regular.Where(i => groups.Find(i) == i)];
        foreach (var (a, b) in NearPairs.Find(compared, single, cancellation))
            groups.Union(a, b);
        single = [.. single.Where(i => groups.Find(i) == i)];
        foreach (var (a, b) in AgreeingPairs.Find(folded, single, cancellation))
            groups.Union(a, b);

        var duplicateOf = new int[table.RowCount];
        var isExact = new bool[table.RowCount];
        var heads = Heads(groups, derived);
        for (var i = 0; i < duplicateOf.Length; i++)
        {
            var first = heads[groups.Find(i)];
            duplicateOf[i] = first == i ? -1 : first;
            isExact[i] = exactFirst[i] != i;
        }
        return new DuplicateRows(duplicateOf, isExact);
    }

    // The groups of two rows: a value that many rows share tells nothing of how copies came about.
    private static (int, int)[] Twins(DisjointSets groups, int count) =>
        [.. Enumerable.Range(0, count).GroupBy(groups.Find).Where(group => group.Count() == 2).Select(group => (group.First(), group.Last()))];

    // The first row of each group that does not itself stem from another.
    private static int[] Heads(DisjointSets groups, bool[] derived)
    {
        var heads = Enumerable.Repeat(-1, derived.Length).ToArray();
        for (var i = 0; i < heads.Length; i++)
            if (!derived[i] && heads[groups.Find(i)] < 0)
                heads[groups.Find(i)] = i;
        return heads;
    }

    // For each row the first row that equals it in every column.
    private static int[] FirstEqualRow(int count, int[][] values)
    {
        var hashes = new ulong[count];
        foreach (var column in values)
            for (var i = 0; i < count; i++)
                hashes[i] = (hashes[i] ^ (uint)column[i]) * 0x9E3779B97F4A7C15UL ^ (hashes[i] >> 29);
        var first = new int[count];
        var byHash = new Dictionary<ulong, List<int>>(count);
        for (var i = 0; i < count; i++)
        {
            if (!byHash.TryGetValue(hashes[i], out var sameHash))
                byHash[hashes[i]] = sameHash = new List<int>(1);
            first[i] = i;
            foreach (var candidate in sameHash)
                if (Equal(values, candidate, i))
                {
                    first[i] = candidate;
                    break;
                }
            if (first[i] == i)
                sameHash.Add(i);
        }
        return first;
    }

    private static bool Equal(int[][] values, int a, int b)
    {
        foreach (var column in values)
            if (column[a] != column[b])
                return false;
        return true;
    }
}
