using System.Text;
using Ballast.Core;

namespace Ballast.Data.Reading;

/// <summary>A table file read forward, one record at a time: the fields of the current record as UTF-8 bytes, exactly the user's texts.</summary>
internal abstract class RecordSource(string file) : IDisposable
{
    /// <summary>The length of a field that is null (as opposed to empty).</summary>
    private protected const int Null = -1;

    private protected byte[] fieldBytes = [];
    private protected int[] fieldStarts = [];
    private protected int[] fieldLengths = [];

    /// <summary>The file, as the user named it.</summary>
    public string File { get; } = file;

    /// <summary>Column names, distinct and not empty.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>What the user should know, known in full only after the last record.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Share of the file that has been read; NaN when unknown.</summary>
    public abstract double Fraction { get; }

    /// <summary>Moves to the next record; false after the last.</summary>
    /// <exception cref="DataFormatException">The record is malformed.</exception>
    public abstract bool Next();

    /// <summary>Field <paramref name="column"/> of the current record; empty when null. Valid until <see cref="Next"/>.</summary>
    public ReadOnlySpan<byte> Field(int column) =>
        fieldLengths[column] == Null ? [] : fieldBytes.AsSpan(fieldStarts[column], fieldLengths[column]);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Takes the names as they stand in the file: names the unnamed ones and refuses duplicates.</summary>
    private protected void SetNames(IReadOnlyList<string> names, long? line = null)
    {
        var seen = new HashSet<string>(names.Where(name => name.Length > 0));
        var kept = new string[names.Count];
        for (var c = 0; c < kept.Length; c++)
        {
            kept[c] = names[c];
            if (names[c].Length > 0)
                continue;
            kept[c] = $"column_{c + 1}";
            while (!seen.Add(kept[c]))
                kept[c] += "_";
            Notes.Add($"Column {c + 1} has no name in the file; it is called '{kept[c]}' here.");
        }
        var repeated = kept.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => $"'{group.Key}'").ToList();
        if (repeated.Count > 0)
            throw new DataFormatException(File, $"the column name {ListOf(repeated)} more than once", "every column name once", line);
        if (kept.Length > 0 && kept.All(name => double.TryParse(name, out _)))
            Notes.Add("All column names are numbers: the file may lack a header line; its first line was taken for one.");
        Names = kept;
        fieldStarts = new int[kept.Length];
        fieldLengths = new int[kept.Length];
    }

    internal static string ListOf(IReadOnlyList<string> items, int most = 5) =>
        string.Join(", ", items.Take(most)) + (items.Count > most ? $" and {items.Count - most} more" : "");

    private protected static string Utf8(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
