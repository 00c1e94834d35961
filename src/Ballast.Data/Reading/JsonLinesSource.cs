using System.Text;
using System.Text.Json;
using Ballast.Core;

namespace Ballast.Data.Reading;

/// <summary>JSON lines: one object a line. Numbers keep the digits they are written with; nested values keep their JSON text; absent keys and null are missing.</summary>
internal sealed class JsonLinesSource : RecordSource
{
    private readonly RecordBuffer buffer;
    private readonly Func<double> fraction;
    private readonly Dictionary<string, int> columnOf = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly List<byte[]> keys = [];
    private readonly bool finding;
    private int[] lastSeen = [];
    private char[] characters = new char[256];
    private byte[] values = new byte[1 << 12];
    private int used;
    private int line;

    public JsonLinesSource(TableFile table) : this(table, finding: false)
    {
    }

    private JsonLinesSource(TableFile table, bool finding) : base(table.Path)
    {
        this.finding = finding;
        lookup = columnOf.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var key in table.JsonKeys)
            AddKey(key);
        SetNames(table.JsonKeys);
        (var stream, fraction) = table.OpenText();
        buffer = new RecordBuffer(table.Path, stream);
    }

    public override double Fraction => fraction();

    /// <summary>All keys of the file, in order of first appearance: one forward pass.</summary>
    public static IReadOnlyList<string> FindKeys(TableFile table, CancellationToken cancellation)
    {
        using var source = new JsonLinesSource(table, finding: true);
        while (source.Next())
            cancellation.ThrowIfCancellationRequested();
        if (source.line == 0 || source.keys.Count == 0)
            throw new DataFormatException(table.Path, "no JSON object", "one JSON object a line");
        return [.. source.columnOf.OrderBy(pair => pair.Value).Select(pair => pair.Key)];
    }

    public override bool Next()
    {
        while (true)
        {
            if (!NextLine(out var text))
                return false;
            line++;
            if (text.Trim(" \t\r"u8).IsEmpty)
                continue;
            try
            {
                ReadObject(text);
                return true;
            }
            catch (JsonException error)
            {
                throw new DataFormatException(File, "malformed JSON", "one JSON object a line", line, inner: error);
            }
            catch (InvalidOperationException error)
            {
                // An escape sequence that stands for half a character.
                throw new DataFormatException(File, "an invalid character escape", "valid JSON text", line, inner: error);
            }
        }
    }

    public override void Dispose() => buffer.Dispose();

    private bool NextLine(out ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var window = buffer.Bytes.AsSpan(buffer.Start, buffer.End - buffer.Start);
            var length = window.IndexOf((byte)'\n');
            if (length >= 0 || (buffer.AtEnd && window.Length > 0))
            {
                text = length >= 0 ? window[..length] : window;
                buffer.Start += length >= 0 ? length + 1 : window.Length;
                return true;
            }
            if (buffer.AtEnd)
            {
                text = default;
                return false;
            }
            buffer.Fill(line + 1);
        }
    }

    private void ReadObject(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new DataFormatException(File, $"a JSON {reader.TokenType switch { JsonTokenType.StartArray => "array", _ => "value that is no object" }}", "one JSON object a line", line);
        Array.Fill(fieldLengths, Null);
        used = 0;
        var expected = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var column = ColumnOf(ref reader, expected);
            expected = column + 1;
            if (lastSeen[column] == line)
                throw new DataFormatException(File, "a key twice in one object", "every key once", line, Encoding.UTF8.GetString(keys[column]));
            lastSeen[column] = line;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                reader.Skip();
                Take(column, text[start..(int)reader.BytesConsumed]);
            }
            else if (reader.TokenType == JsonTokenType.String)
                TakeString(column, ref reader);
            else if (reader.TokenType != JsonTokenType.Null)
                Take(column, reader.ValueSpan);
        }
        // Anything after the closing brace is malformed; Read says so.
        while (reader.Read())
        {
        }
        fieldBytes = values;
    }

    private int ColumnOf(ref Utf8JsonReader reader, int expected)
    {
        if (expected < keys.Count && !reader.ValueIsEscaped && reader.ValueSpan.SequenceEqual(keys[expected]))
            return expected;
        var needed = reader.ValueSpan.Length;
        if (characters.Length < needed)
            characters = new char[needed * 2];
        var name = characters.AsSpan(0, reader.CopyString(characters));
        if (lookup.TryGetValue(name, out var column))
            return column;
        if (!finding)
            throw new DataFormatException(File, $"the key '{name}', which was not there before", "a file that does not change while it is read", line);
        return AddKey(name.ToString());
    }

    private int AddKey(string key)
    {
        columnOf.Add(key, keys.Count);
        keys.Add(Encoding.UTF8.GetBytes(key));
        if (lastSeen.Length < keys.Count)
            Array.Resize(ref lastSeen, Math.Max(16, keys.Count * 2));
        return keys.Count - 1;
    }

    private void TakeString(int column, ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            Take(column, reader.ValueSpan);
            return;
        }
        Reserve(reader.ValueSpan.Length);
        var length = reader.CopyString(values.AsSpan(used));
        Place(column, length);
    }

    private void Take(int column, ReadOnlySpan<byte> value)
    {
        Reserve(value.Length);
        value.CopyTo(values.AsSpan(used));
        Place(column, value.Length);
    }

    private void Reserve(int length)
    {
        if (values.Length - used < length)
            Array.Resize(ref values, Math.Max(values.Length * 2, used + length));
    }

    private void Place(int column, int length)
    {
        if (finding)
            return;
        (fieldStarts[column], fieldLengths[column]) = (used, length);
        used += length;
    }
}
