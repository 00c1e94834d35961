using System.Globalization;
using System.Text;

namespace Ballast.Tests.Check.Planted;

/// <summary>A csv table as texts. Kept apart from the product's own reader, so that a fault there cannot hide itself.</summary>
public sealed class CsvTable(string[] header, IReadOnlyList<string[]> rows)
{
    public string[] Header { get; } = header;

    public IReadOnlyList<string[]> Rows { get; } = rows;

    /// <summary>Reads RFC 4180: quoted fields may hold separators, doubled quotes and line ends; lines end with CRLF or LF.</summary>
    public static CsvTable Parse(string text)
    {
        var records = new List<string[]>();
        var record = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c != '"')
                    field.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"')
                    field.Append(text[++i]);
                else
                    quoted = false;
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c is ',' or '\n')
            {
                if (c == '\n' && field.Length > 0 && field[^1] == '\r')
                    field.Length--;
                record.Add(field.ToString());
                field.Clear();
                if (c == '\n')
                {
                    records.Add([.. record]);
                    record.Clear();
                }
            }
            else
            {
                field.Append(c);
            }
        }
        if (field.Length > 0 || record.Count > 0)
            records.Add([.. record, field.ToString()]);
        if (records.Count == 0)
            throw new FormatException("The csv has no header.");
        for (var r = 1; r < records.Count; r++)
            if (records[r].Length != records[0].Length)
                throw new FormatException($"Row {r} has {records[r].Length} fields, the header {records[0].Length}.");
        return new CsvTable(records[0], records[1..]);
    }

    public static CsvTable Read(string path) => Parse(File.ReadAllText(path).TrimStart('\uFEFF'));

    /// <summary>Writes RFC 4180: CRLF line ends, quotes only where needed (and around blanks at an end, which some readers would trim).</summary>
    public string ToCsv()
    {
        var text = new StringBuilder();
        foreach (var record in Rows.Prepend(Header))
            text.AppendJoin(',', record.Select(field => Quoted(field, record.Length == 1))).Append("\r\n");
        return text.ToString();
    }

    public int IndexOf(string name)
    {
        var index = Array.IndexOf(Header, name);
        return index >= 0 ? index : throw new ArgumentException($"No column '{name}'.", nameof(name));
    }

    public IEnumerable<string> Column(string name)
    {
        var index = IndexOf(name);
        return Rows.Select(row => row[index]);
    }

    public CsvTable Without(IEnumerable<string> columns)
    {
        var gone = columns.ToHashSet();
        int[] kept = [.. Enumerable.Range(0, Header.Length).Where(c => !gone.Contains(Header[c]))];
        return new CsvTable([.. kept.Select(c => Header[c])], [.. Rows.Select(row => kept.Select(c => row[c]).ToArray())]);
    }

    public static bool IsMissing(string cell) => cell is "" or "NA" or "?";

    /// <summary>The cell as a number; NaN when missing or no number.</summary>
    public static double Number(string cell) =>
        !IsMissing(cell) && double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;

    private static string Quoted(string field, bool alone)
    {
        var needed = field.AsSpan().IndexOfAny(",\"\r\n") >= 0 || field.Length != field.Trim().Length || (alone && field.Length == 0);
        return needed ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
    }
}
