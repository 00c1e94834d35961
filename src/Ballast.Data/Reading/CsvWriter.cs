using System.Text;

namespace Ballast.Data.Reading;

/// <summary>Buffered csv of UTF-8 fields, quoted where they must be.</summary>
internal sealed class CsvWriter(Stream stream) : IDisposable
{
    private readonly byte[] buffer = new byte[1 << 16];
    private int used;
    private int fields;
    private bool blank = true;

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
