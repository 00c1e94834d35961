using System.Buffers;
using System.Text;
using Ballast.Core;
using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.GZip;

namespace Ballast.Data.Reading;

/// <summary>The formats of table that are read.</summary>
internal enum TableFormat
{
    Delimited,
    JsonLines,
    Parquet,
    Npy,
}

/// <summary>What a file is, found once from its bytes and name; opens it as records as often as needed.</summary>
internal sealed class TableFile
{
    private const int SampleSize = 1 << 16;
    private static readonly char[] separators = [',', ';', '\t', '|'];

    private bool gzip;
    private Encoding? encoding;

    private TableFile(string path) => Path = path;

    /// <summary>The path, as the user gave it.</summary>
    public string Path { get; }

    /// <summary>The format.</summary>
    public TableFormat Format { get; private set; }

    /// <summary>Separator of a delimited file.</summary>
    public char Separator { get; private set; }

    /// <summary>Whether the first line is <c>sep=;</c> or alike, as spreadsheets write and read it, and no header.</summary>
    public bool StatesSeparator { get; private set; }

    /// <summary>Last byte of a line's end.</summary>
    public byte LineEnd { get; private set; } = (byte)'\n';

    /// <summary>Keys of a JSON lines file in order of first appearance.</summary>
    public IReadOnlyList<string> JsonKeys { get; private set; } = [];

    /// <summary>What was decided about the file that the user should know.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Finds out what <paramref name="path"/> is.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">It is a directory, empty, or no table.</exception>
    public static TableFile Inspect(string path, char? separator, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            throw new DataFormatException(path, "a directory", "a file");
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file '{path}'.", path);
        var table = new TableFile(path);
        table.FindFormat();
        if (table.Format is TableFormat.Parquet or TableFormat.Npy)
            return table;
        table.FindEncoding(cancellation);
        if (table.Format == TableFormat.JsonLines)
            table.JsonKeys = JsonLinesSource.FindKeys(table, cancellation);
        else
            table.FindSeparator(separator);
        return table;
    }

    /// <summary>Opens the file at its first record.</summary>
    public RecordSource OpenRecords() => Format switch
    {
        TableFormat.Parquet => new ParquetSource(Path),
        TableFormat.JsonLines => new JsonLinesSource(this),
        TableFormat.Npy => new NpySource(Path),
        _ => new DelimitedSource(this),
    };

    /// <summary>Opens the text as UTF-8 without byte order mark, and a gauge of the share that has been read.</summary>
    public (Stream Text, Func<double> Fraction) OpenText()
    {
        var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, FileOptions.SequentialScan);
        var length = Math.Max(1, file.Length);
        Stream stream = gzip ? new GzipText(Path, file) : file;
        if (encoding is not null)
            stream = Encoding.CreateTranscodingStream(stream, encoding, new UTF8Encoding(false));
        SkipMark(ref stream);
        return (stream, () => Math.Min(1, (double)file.Position / length));
    }

    /// <summary>A separator as a user would call it.</summary>
    public static string NameOf(char separator) => separator switch { ',' => "comma", ';' => "semicolon", '\t' => "tab", '|' => "bar", _ => $"'{separator}'" };

    private void FindFormat()
    {
        using var file = File.OpenRead(Path);
        var head = new byte[512];
        var read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (read == 0)
            throw new DataFormatException(Path, "an empty file", "a header line and rows");
        ReadOnlySpan<byte> start = head.AsSpan(0, read);
        var name = Path.ToLowerInvariant();
        if (start is [0x1F, 0x8B, ..])
        {
            gzip = true;
            name = name.EndsWith(".gz") ? name[..^3] : name;
        }
        else if (start.StartsWith("PAR1"u8))
            Format = TableFormat.Parquet;
        else if (start is [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..])
            Format = TableFormat.Npy;
        else if (OtherFormat(start) is { } other)
            throw new DataFormatException(Path, other, "csv, tsv, Parquet, JSON lines or npy");
        else if (name.EndsWith(".parquet") || name.EndsWith(".pq"))
            throw new DataFormatException(Path, "no Parquet mark in its first bytes", "a Parquet file, as its name says");
        else if (name.EndsWith(".npy"))
            throw new DataFormatException(Path, "no npy mark in its first bytes", "an npy file, as its name says");
        if (Format == TableFormat.Delimited && (name.EndsWith(".jsonl") || name.EndsWith(".ndjson") || name.EndsWith(".json")))
            Format = TableFormat.JsonLines;
    }

    private static string? OtherFormat(ReadOnlySpan<byte> start) =>
        start.StartsWith("PK\u0003\u0004"u8) ? "a zip archive or spreadsheet"
        : start.StartsWith("%PDF"u8) ? "a PDF document"
        : start is [0xD0, 0xCF, 0x11, 0xE0, ..] ? "an old spreadsheet or document"
        : start.StartsWith("SQLite format 3"u8) ? "an SQLite database"
        : start is [0x89, (byte)'P', (byte)'N', (byte)'G', ..] or [0x89, (byte)'H', (byte)'D', (byte)'F', ..] ? "an image or HDF5 file"
        : start is [0x28, 0xB5, 0x2F, 0xFD, ..] or [(byte)'B', (byte)'Z', (byte)'h', ..] or [0xFD, (byte)'7', (byte)'z', ..] ? "a compressed file other than gzip"
        : null;

    // UTF-8 unless a byte order mark or an invalid sequence anywhere in the file says otherwise: a guess from the first rows would fail at the first accent.
    private void FindEncoding(CancellationToken cancellation)
    {
        var (stream, _) = OpenText();
        using (stream)
        {
            var block = new byte[1 << 20];
            var (carried, first, line) = (0, true, 1L);
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                var read = stream.ReadAtLeast(block.AsSpan(carried), block.Length - carried, throwOnEndOfStream: false);
                var valid = block.AsSpan(0, carried + read);
                if (first && valid is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
                {
                    encoding = valid[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode;
                    return;
                }
                if (first && IsBinary(valid))
                    throw new DataFormatException(Path, "binary content", "a text table, Parquet or npy");
                if (valid.IndexOf((byte)0) is >= 0 and var zero)
                    throw new DataFormatException(Path, "a zero byte", "text", line + valid[..zero].Count((byte)'\n'));
                first = false;
                var last = read < block.Length - carried;
                var whole = last ? valid.Length : WholeCharacters(valid);
                if (!System.Text.Unicode.Utf8.IsValid(valid[..whole]))
                {
                    // The range 0x80-0x9F, unused in Latin-1, is read as Windows does, which is how such files are made.
                    encoding = CodePagesEncodingProvider.Instance.GetEncoding(1252) ?? Encoding.Latin1;
                    Notes.Add("The file is not UTF-8; it was read as Latin-1 (Windows-1252).");
                    return;
                }
                if (last)
                    return;
                line += valid[..whole].Count((byte)'\n');
                valid[whole..].CopyTo(block);
                carried = valid.Length - whole;
            }
        }
    }

    private static int WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.Length;
        while (end > bytes.Length - 4 && (bytes[end - 1] & 0xC0) == 0x80)
            end--;
        return bytes[end - 1] >= 0xC0 ? end - 1 : bytes.Length;
    }

    private static readonly SearchValues<byte> controls = SearchValues.Create([1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 28, 29, 30, 31, 127]);

    private static bool IsBinary(ReadOnlySpan<byte> bytes)
    {
        var sample = bytes[..Math.Min(bytes.Length, SampleSize)];
        var count = 0;
        foreach (var b in sample)
            if (controls.Contains(b))
                count++;
        return count > sample.Length / 100 + 1;
    }

    private static void SkipMark(ref Stream stream)
    {
        var head = new byte[3];
        var read = stream.ReadAtLeast(head, 3, throwOnEndOfStream: false);
        var mark = read == 3 && head is [0xEF, 0xBB, 0xBF];
        stream = new PrefixedStream(head.AsMemory(mark ? 3 : 0, mark ? 0 : read), stream);
    }

    // The separator under which most of the first records have as many fields as the header; of those, the one with most fields.
    private void FindSeparator(char? given)
    {
        var (stream, _) = OpenText();
        byte[] sample;
        using (stream)
        {
            sample = new byte[SampleSize];
            var read = stream.ReadAtLeast(sample, sample.Length, throwOnEndOfStream: false);
            sample = sample[..read];
        }
        if (sample.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
            throw new DataFormatException(Path, "nothing but blanks", "a header line and rows");
        if (!sample.AsSpan().Contains((byte)'\n') && sample.AsSpan().Contains((byte)'\r'))
            LineEnd = (byte)'\r';
        if (sample is [(byte)'s', (byte)'e', (byte)'p', (byte)'=', var stated, (byte)'\r' or (byte)'\n', ..] && stated is (byte)'\t' or > 32 and < 127 && stated != '"')
        {
            (StatesSeparator, Separator) = (true, given ?? (char)stated);
            return;
        }
        Separator = given ?? separators[0];
        var best = (Agreement: 0.0, Fields: 1);
        foreach (var candidate in given is null ? separators : [])
        {
            var counts = FieldCounts(sample, (byte)candidate);
            var score = (Agreement: counts.Count(count => count == counts[0]) / (double)counts.Count, Fields: counts[0]);
            if (score.Fields > 1 && score.CompareTo(best) > 0)
                (best, Separator) = (score, candidate);
        }
    }

    private List<int> FieldCounts(ReadOnlySpan<byte> text, byte separator)
    {
        var counts = new List<int>();
        var (fields, quoted, fieldStart, lineStart) = (1, false, true, 0);
        for (var i = 0; i < text.Length && counts.Count < 100; i++)
        {
            var b = text[i];
            if (b == '"' && (quoted || fieldStart))
                quoted = !quoted;
            else if (!quoted && b == separator)
                fields++;
            else if (!quoted && b == LineEnd)
            {
                if (!text[lineStart..i].Trim(" \r"u8).IsEmpty)
                    counts.Add(fields);
                (fields, lineStart) = (1, i + 1);
            }
            // A doubled quote closes and at once reopens: after a quote a quote may always open.
            fieldStart = b == separator || b == LineEnd || b == '"';
        }
        if (counts.Count == 0)
            counts.Add(fields);
        return counts;
    }

    /// <summary>Gzip whose damage shows as <see cref="DataFormatException"/>: the runtime's own stream takes a truncated file for a short one.</summary>
    private sealed class GzipText(string path, Stream file) : PrefixedStream(default, new GZipInputStream(file, 1 << 16))
    {
        public override int Read(Span<byte> destination)
        {
            try
            {
                return base.Read(destination);
            }
            catch (Exception error) when (error is SharpZipBaseException or EndOfStreamException or ArgumentException or IndexOutOfRangeException)
            {
                throw new DataFormatException(path, "damaged or truncated gzip data", "a whole gzip file", inner: error);
            }
        }
    }
}
