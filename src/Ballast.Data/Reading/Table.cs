using Ballast.Core;

namespace Ballast.Data.Reading;

/// <summary>A user's table in memory, or a stated sample of one that is too large.</summary>
public sealed class Table
{
    private const int NamesShown = 8;

    private readonly int[] rowNumbers;
    private readonly Dictionary<string, int> indexByName;

    /// <summary>Makes a table.</summary>
    /// <param name="source">The file, as the user named it.</param>
    /// <param name="columns">Columns of equal length with distinct names.</param>
    /// <param name="rowNumbers">0-based row of the file for each row here, ascending.</param>
    /// <param name="totalRows">Rows of the file.</param>
    /// <param name="samplingRule">How rows were chosen; null when all are here.</param>
    /// <param name="notes">What the user should know about how the file was read, a sentence each.</param>
    /// <exception cref="ArgumentException">Lengths differ or a name appears twice.</exception>
    public Table(string source, IReadOnlyList<TableColumn> columns, int[] rowNumbers, long totalRows, string? samplingRule = null, IReadOnlyList<string>? notes = null)
    {
        (Source, Columns, this.rowNumbers, TotalRows, SamplingRule) = (source, columns, rowNumbers, totalRows, samplingRule);
        Notes = notes ?? [];
        indexByName = new Dictionary<string, int>(columns.Count);
        for (var c = 0; c < columns.Count; c++)
        {
            Guard.SameLength(rowNumbers.Length, columns[c].Count, nameof(rowNumbers), columns[c].Name);
            if (!indexByName.TryAdd(columns[c].Name, c))
                throw new ArgumentException($"Column name '{columns[c].Name}' appears twice.", nameof(columns));
        }
    }

    /// <summary>The file, as the user named it.</summary>
    public string Source { get; }

    /// <summary>The columns, in the file's order.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>Rows in memory n.</summary>
    public int RowCount => rowNumbers.Length;

    /// <summary>Rows of the file.</summary>
    public long TotalRows { get; }

    /// <summary>How rows were chosen from a larger file, as a sentence for the user; null when all are here.</summary>
    public string? SamplingRule { get; }

    /// <summary>What the user should know about how the file was read, a sentence each: columns renamed, texts and infinities taken as missing, lines skipped.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>0-based row of the file for each row in memory, ascending.</summary>
    public ReadOnlySpan<int> RowNumbers => rowNumbers;

    /// <summary>The column called <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentException">There is none; the message suggests the nearest name.</exception>
    public TableColumn this[string name] => Columns[IndexOf(name)];

    /// <summary>Whether there is a column called <paramref name="name"/>.</summary>
    public bool Contains(string name) => indexByName.ContainsKey(name);

    /// <summary>Position of the column called <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentException">There is none; the message suggests the nearest name.</exception>
    public int IndexOf(string name)
    {
        return indexByName.TryGetValue(name, out var index) ? index : throw NoColumn(Source, name, [.. Columns.Select(column => column.Name)]);
    }

    /// <summary>What to throw where a user names a column that does not exist: with the nearest name, else with the names there are.</summary>
    internal static ArgumentException NoColumn(string source, string name, IReadOnlyList<string> names)
    {
        var hint = Spelling.Nearest(name, names) is { } nearest
            ? $"; did you mean '{nearest}'?"
            : $"; it has {string.Join(", ", names.Take(NamesShown).Select(each => $"'{each}'"))}{(names.Count > NamesShown ? $" and {names.Count - NamesShown:N0} more" : "")}.";
        return new ArgumentException($"{source} has no column '{name}'{hint}");
    }
}
