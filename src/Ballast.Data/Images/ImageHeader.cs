using System.Buffers.Binary;

namespace Ballast.Data.Images;

/// <summary>What a PNG or JPEG file says of itself before anything is decoded.</summary>
/// <param name="Kind">The format, by content.</param>
/// <param name="Size">Size as stored.</param>
/// <param name="IsGrey">Whether it is declared to be grey.</param>
/// <param name="HasAlpha">Whether it has a transparency channel.</param>
/// <param name="Bits">Bits a sample.</param>
internal sealed record ImageHeader(ImageKind Kind, ImageSize Size, bool IsGrey, bool HasAlpha, int Bits)
{
    private const int PngHeaderBytes = 26;
    private static ReadOnlySpan<byte> PngMark => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads a header; null with a reason where there is none.</summary>
    /// <param name="stream">Seekable, at the first byte of the file.</param>
    /// <param name="fault">Why there is no header.</param>
    public static ImageHeader? Read(Stream stream, out string fault)
    {
        if (stream.Length == 0)
        {
            fault = "the file is empty";
            return null;
        }
        Span<byte> head = stackalloc byte[PngHeaderBytes];
        var read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        head = head[..read];
        if (head.StartsWith(PngMark))
            return ReadPng(head, out fault);
        if (head is [0xFF, 0xD8, ..])
        {
            stream.Position = 2;
            return ReadJpeg(stream, out fault);
        }
        fault = "no PNG or JPEG by its content";
        return null;
    }

    // W3C PNG: 8 bytes of mark; length, "IHDR", width, height, bit depth, colour type.
    private static ImageHeader? ReadPng(ReadOnlySpan<byte> head, out string fault)
    {
        fault = "a PNG without a whole header";
        if (head.Length < PngHeaderBytes || !head.Slice(12, 4).SequenceEqual("IHDR"u8))
            return null;
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(head[16..]), BinaryPrimitives.ReadUInt32BigEndian(head[20..]));
        fault = $"a PNG that claims {width} x {height} pixels";
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
            return null;
        return new ImageHeader(ImageKind.Png, new((int)height, (int)width), IsGrey: head[25] is 0 or 4, HasAlpha: head[25] is 4 or 6, Bits: head[24]);
    }

    // ITU T.81 annex B: segments FF code, length (itself included), until the frame header: precision, height, width, components.
    private static ImageHeader? ReadJpeg(Stream stream, out string fault)
    {
        Span<byte> buffer = stackalloc byte[8];
        fault = "a JPEG without a frame header";
        while (true)
        {
            int code;
            if (stream.ReadByte() != 0xFF)
                return null;
            do
                code = stream.ReadByte();
            while (code == 0xFF);
            if (code is < 0 or 0xD9 or 0xDA)
                return null;
            if (code is 0x01 or (>= 0xD0 and <= 0xD7))
                continue;
            if (stream.ReadAtLeast(buffer[..2], 2, throwOnEndOfStream: false) < 2)
                return null;
            var length = BinaryPrimitives.ReadUInt16BigEndian(buffer);
            if (code is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC)
                break;
            if (length < 2 || stream.Position + length - 2 > stream.Length)
                return null;
            stream.Seek(length - 2, SeekOrigin.Current);
        }
        if (stream.ReadAtLeast(buffer[..6], 6, throwOnEndOfStream: false) < 6)
            return null;
        var (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(buffer[1..]), BinaryPrimitives.ReadUInt16BigEndian(buffer[3..]));
        fault = $"a JPEG that claims {width} x {height} pixels";
        return height == 0 || width == 0 ? null : new ImageHeader(ImageKind.Jpeg, new(height, width), IsGrey: buffer[5] == 1, HasAlpha: false, Bits: buffer[0]);
    }
}
