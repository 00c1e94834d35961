using Ballast.Core;

namespace Ballast.Data.Reading;

/// <summary>Comma-, semicolon-, tab- or bar-separated text (RFC 4180): quoted fields may hold separators, line ends and doubled quotes.</summary>
/// <remarks>Written here rather than left to a general engine because the user's texts, row numbers and line numbers must come out exactly, ragged rows must be
/// named, and a path must never be expanded. Vectorised search for the next delimiter; no allocation a record.</remarks>
internal sealed class DelimitedSource : RecordSource
{
    private const byte Quote = (byte)'"';

    private readonly RecordBuffer buffer;
    private readonly TableFile table;
    private readonly byte separator;
    private readonly byte lineEnd;
    private readonly Func<double> fraction;
    private bool[] escaped = [];
    private long line = 1;
    private long blankLines;
    private int fieldCount;

    public DelimitedSource(TableFile table) : base(table.Path)
    {
        this.table = table;
        (separator, lineEnd) = ((byte)table.Separator, table.LineEnd);
        (var stream, fraction) = table.OpenText();
        buffer = new RecordBuffer(table.Path, stream);
        try
        {
            ReadHeader();
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    public override double Fraction => fraction();

    public override bool Next()
    {
        while (true)
        {
            var recordLine = line;
            if (!ReadRecord())
            {
                if (blankLines > 0)
                    Notes.Add($"{blankLines} blank lines were skipped; they are not counted as rows.");
                blankLines = 0;
                return false;
            }
            if (fieldCount == 1 && Names.Count > 1 && Field(0).Trim(" \t\r"u8).IsEmpty)
            {
                blankLines++;
                continue;
            }
            if (fieldCount != Names.Count)
                throw new DataFormatException(File, $"{fieldCount} fields", $"{Names.Count}, as in the header (separator {TableFile.NameOf(table.Separator)})", recordLine);
            return true;
        }
    }

    public override void Dispose() => buffer.Dispose();

    private void ReadHeader()
    {
        // The width is not known yet: make room for as many fields as the first record turns out to have.
        (fieldStarts, fieldLengths, escaped) = (new int[64], new int[64], new bool[64]);
        if (table.StatesSeparator)
            ReadRecord();
        do
        {
            if (!ReadRecord())
                throw new DataFormatException(File, "no header line", "a line with the column names");
        }
        while (fieldCount == 1 && Field(0).Trim(" \t\r"u8).IsEmpty);
        var names = new string[fieldCount];
        for (var c = 0; c < names.Length; c++)
            names[c] = Utf8(Field(c));
        escaped = new bool[names.Length];
        SetNames(names, line: 1);
    }

    /// <summary>Finds the fields of the record at the window's start; false at the end of the file.</summary>
    private bool ReadRecord()
    {
        while (!TryReadRecord())
        {
            if (buffer.AtEnd && buffer.Start == buffer.End)
                return false;
            buffer.Fill(line);
        }
        fieldBytes = buffer.Bytes;
        for (var c = 0; c < Math.Min(fieldCount, escaped.Length); c++)
            if (escaped[c])
                fieldLengths[c] = Unescape(fieldBytes.AsSpan(fieldStarts[c], fieldLengths[c]));
        return true;
    }

    /// <summary>False when the window ends before the record does, and there is more to read (or nothing left at all).</summary>
    private bool TryReadRecord()
    {
        var (bytes, end, position) = (buffer.Bytes, buffer.End, buffer.Start);
        if (position == end)
            return false;
        var (field, quotedLines) = (0, 0);
        while (true)
        {
            int fieldStart, fieldLength, next;
            var hasEscapes = false;
            if (position < end && bytes[position] == Quote)
            {
                fieldStart = position + 1;
                next = fieldStart;
                while (true)
                {
                    var quote = bytes.AsSpan(next, end - next).IndexOf(Quote);
                    if (quote < 0)
                        return buffer.AtEnd ? throw NeverClosed(line + quotedLines) : false;
                    next += quote + 1;
                    if (next == end && !buffer.AtEnd)
                        return false;
                    if (next == end || bytes[next] != Quote)
                        break;
                    hasEscapes = true;
                    next++;
                }
                fieldLength = next - 1 - fieldStart;
                quotedLines += bytes.AsSpan(fieldStart, fieldLength).Count(lineEnd);
                if (next < end && bytes[next] == '\r' && lineEnd == '\n')
                {
                    if (next + 1 == end && !buffer.AtEnd)
                        return false;
                    if (next + 1 == end || bytes[next + 1] == '\n')
                        next++;
                }
                if (next < end && bytes[next] != separator && bytes[next] != lineEnd)
                    throw new DataFormatException(File, $"'{(char)bytes[next]}' after a closing quote", "a separator or the end of the line", line + quotedLines, NameOf(field));
            }
            else
            {
                fieldStart = position;
                var length = bytes.AsSpan(position, end - position).IndexOfAny(separator, lineEnd);
                if (length < 0)
                {
                    if (!buffer.AtEnd)
                        return false;
                    length = end - position;
                }
                next = position + length;
                fieldLength = length;
                if (length > 0 && bytes[next - 1] == '\r' && lineEnd == '\n' && (next == end || bytes[next] == '\n'))
                    fieldLength--;
            }

            if (field == escaped.Length && Names.Count == 0)
                GrowFields();
            if (field < escaped.Length)
                (fieldStarts[field], fieldLengths[field], escaped[field]) = (fieldStart, fieldLength, hasEscapes);
            field++;
            if (next < end && bytes[next] == separator)
            {
                position = next + 1;
                continue;
            }
            fieldCount = field;
            line += 1 + quotedLines;
            buffer.Start = Math.Min(next + 1, end);
            return true;
        }
    }

    private void GrowFields()
    {
        var width = escaped.Length * 2;
        Array.Resize(ref fieldStarts, width);
        Array.Resize(ref fieldLengths, width);
        Array.Resize(ref escaped, width);
    }

    private static int Unescape(Span<byte> text)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            text[length++] = text[i];
            if (text[i] == Quote)
                i++;
        }
        return length;
    }

    private string? NameOf(int field) => field < Names.Count ? Names[field] : null;

    private DataFormatException NeverClosed(long atLine) =>
        new(File, "a quote that is never closed", "a closing quote before the end of the file", atLine);
}
