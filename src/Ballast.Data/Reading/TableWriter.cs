using Ballast.Core;

namespace Ballast.Data.Reading;

/// <summary>A column to write beside a user's own.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">Text for the 0-based row of the file; null or empty where there is nothing to say.</param>
public sealed record AddedColumn(string Name, Func<int, string?> Text);

/// <summary>Writes a user's table again with columns added.</summary>
public static class TableWriter
{
    /// <summary>Writes a csv (RFC 4180, UTF-8, comma, line feed) with every row of the source in its order, the user's own texts untouched, then the added columns.</summary>
    /// <remarks>Streams: memory in one record. The output appears whole or not at all; it may replace the source itself. Blank lines of the source are no rows and are not written.</remarks>
    /// <param name="source">The user's file, in any format that <see cref="TableReader"/> reads; always read whole, also when the table in memory was a sample.</param>
    /// <param name="output">The csv to make.</param>
    /// <param name="columns">The added columns; a name that the source already has gets the suffix _2, _3, ...</param>
    /// <param name="separator">The source's separator; null detects it.</param>
    /// <param name="progress">Told of the share written.</param>
    /// <param name="cancellation">Stops the writing; no file is left.</param>
    /// <returns>The names under which the added columns were written.</returns>
    /// <exception cref="FileNotFoundException">There is no such source.</exception>
    /// <exception cref="DataFormatException">The source is no usable table.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static IReadOnlyList<string> Append(
        string source, string output, IReadOnlyList<AddedColumn> columns, char? separator = null, IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var file = TableFile.Inspect(source, separator, cancellation);
        string[] names = [];
        AtomicFile.Write(output, stream =>
        {
            using var records = file.OpenRecords();
            names = FreeNames(records.Names, columns);
            using var writer = new CsvWriter(stream);
            foreach (var name in records.Names.Concat(names))
                writer.Field(name);
            writer.EndRecord();
            for (var row = 0; records.Next(); row++)
            {
                for (var c = 0; c < records.Names.Count; c++)
                    writer.Field(records.Field(c));
                foreach (var column in columns)
                    writer.Field(column.Text(row));
                writer.EndRecord();
                if (row % 8192 != 0)
                    continue;
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(new ProgressUpdate("writing", records.Fraction));
            }
        });
        return names;
    }

    private static string[] FreeNames(IReadOnlyList<string> taken, IReadOnlyList<AddedColumn> columns)
    {
        var used = taken.ToHashSet();
        var names = new string[columns.Count];
        for (var c = 0; c < names.Length; c++)
        {
            names[c] = columns[c].Name;
            for (var suffix = 2; !used.Add(names[c]); suffix++)
                names[c] = $"{columns[c].Name}_{suffix}";
        }
        return names;
    }
}
