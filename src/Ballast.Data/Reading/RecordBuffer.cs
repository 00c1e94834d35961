using Ballast.Core;

namespace Ballast.Data.Reading;

/// <summary>A window over a byte stream that always holds the current record whole: it slides forward and grows when a record needs it.</summary>
internal sealed class RecordBuffer(string file, Stream stream) : IDisposable
{
    /// <summary>The longest record that is believed; beyond it, a quote was opened and never closed.</summary>
    private const int LongestRecord = 1 << 28;

    private byte[] bytes = new byte[1 << 20];

    /// <summary>The window; valid bytes are <see cref="Start"/>..<see cref="End"/>.</summary>
    public byte[] Bytes => bytes;

    /// <summary>Where the current record begins.</summary>
    public int Start { get; set; }

    /// <summary>End of the valid bytes, exclusive.</summary>
    public int End { get; private set; }

    /// <summary>Whether the stream has no more bytes than those in the window.</summary>
    public bool AtEnd { get; private set; }

    /// <summary>Reads on, keeping what stands from <see cref="Start"/>; indices into the window change by the old <see cref="Start"/>.</summary>
    /// <param name="line">Where the current record begins, for the message.</param>
    /// <exception cref="DataFormatException">The record does not end.</exception>
    public void Fill(long line)
    {
        bytes.AsSpan(Start, End - Start).CopyTo(bytes);
        (Start, End) = (0, End - Start);
        if (End > bytes.Length / 2)
        {
            if (bytes.Length >= LongestRecord)
                throw new DataFormatException(file, $"a record longer than {LongestRecord >> 20} MiB", "an end of line (a quote may be open)", line);
            Array.Resize(ref bytes, bytes.Length * 2);
        }
        var read = stream.ReadAtLeast(bytes.AsSpan(End), bytes.Length - End, throwOnEndOfStream: false);
        AtEnd = read < bytes.Length - End;
        End += read;
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
