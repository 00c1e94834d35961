using System.Globalization;
using System.Text;

namespace Ballast.Data.Reading;

/// <summary>Writes csv (RFC 4180, UTF-8, comma, line feed), fields quoted where they must be.</summary>
/// <remarks>Buffers: dispose of it to write the rest. The stream is the caller's and stays open.</remarks>
/// <param name="stream">Where to.</param>
public sealed class CsvWriter(Stream stream) : IDisposable
{
    private readonly byte[] buffer = new byte[1 << 16];
    private int used;
    private int fields;
    private bool blank = true;

    /// <summary>The next field of the record; null is an empty one.</summary>
    public void Field(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            Field(default(ReadOnlySpan<byte>));
            return;
        }
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var bytes = most <= 512 ? stackalloc byte[512] : new byte[most];
        Field(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    /// <summary>The next field of the record, in UTF-8.</summary>
    public void Field(ReadOnlySpan<byte> text)
    {
        if (fields++ > 0)
            Put((byte)',');
        blank &= text.IsEmpty;
        // A field that begins or ends in a blank is quoted too: some readers trim.
        if (!text.ContainsAny("\",\r\n"u8) && (text.IsEmpty || (text[0] != ' ' && text[^1] != ' ')))
        {
            Put(text);
            return;
        }
        Put((byte)'"');
        while (text.IndexOf((byte)'"') is >= 0 and var quote)
        {
            Put(text[..(quote + 1)]);
            Put((byte)'"');
            text = text[(quote + 1)..];
        }
        Put(text);
        Put((byte)'"');
    }

    /// <summary>The next field of the record: a number, so that it reads back as the same one.</summary>
    public void Field(double value)
    {
        Span<byte> bytes = stackalloc byte[32];
        value.TryFormat(bytes, out var length, "R", CultureInfo.InvariantCulture);
        Field(bytes[..length]);
    }

    /// <summary>The next field of the record: a whole number.</summary>
    public void Field(int value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryFormat(bytes, out var length, provider: CultureInfo.InvariantCulture);
        Field(bytes[..length]);
    }

    /// <summary>Fields, and the end of the record.</summary>
    public void Record(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        foreach (var text in texts)
            Field(text);
        EndRecord();
    }

    /// <summary>Ends the record.</summary>
    public void EndRecord()
    {
        // A lone empty field would read back as a blank line, which is no row.
        if (fields == 1 && blank)
            Put("\"\""u8);
        Put((byte)'\n');
        (fields, blank) = (0, true);
    }

    /// <summary>Writes what is buffered; the stream stays open.</summary>
    public void Dispose() => Flush();

    private void Flush()
    {
        stream.Write(buffer, 0, used);
        used = 0;
    }

    private void Put(byte value)
    {
        if (used == buffer.Length)
            Flush();
        buffer[used++] = value;
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > buffer.Length - used)
            Flush();
        if (bytes.Length > buffer.Length)
        {
            stream.Write(bytes);
            return;
        }
        bytes.CopyTo(buffer.AsSpan(used));
        used += bytes.Length;
    }
}
