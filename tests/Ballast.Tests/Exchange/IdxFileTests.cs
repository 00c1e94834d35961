using System.IO.Compression;
using Ballast.Core;
using Ballast.Exchange;

namespace Ballast.Tests.Exchange;

public sealed class IdxFileTests
{
    private static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, .. Enumerable.Range(0, 12).Select(i => (byte)(i * 20))];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Images_are_read_plain_and_gzipped(bool gzip)
    {
        var read = Read<float>(gzip ? Gzip(Images) : Images);

        Assert.Equal([2, 2, 3], read.Shape);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => i * 20f), read.Values);
    }

    [Fact]
    public void Every_element_type_is_big_endian()
    {
        Assert.Equal([-2], Read<int>([0, 0, 0x09, 1, 0, 0, 0, 1, 0xFE]).Values);
        Assert.Equal([258], Read<int>([0, 0, 0x0B, 1, 0, 0, 0, 1, 1, 2]).Values);
        Assert.Equal([16909060], Read<int>([0, 0, 0x0C, 1, 0, 0, 0, 1, 1, 2, 3, 4]).Values);
        Assert.Equal([1.0], Read<double>([0, 0, 0x0D, 1, 0, 0, 0, 1, 0x3F, 0x80, 0, 0]).Values);
        Assert.Equal([-2.0], Read<double>([0, 0, 0x0E, 1, 0, 0, 0, 1, 0xC0, 0, 0, 0, 0, 0, 0, 0]).Values);
    }

    [Fact]
    public void A_file_larger_than_a_chunk_is_read_whole()
    {
        var values = Enumerable.Range(0, 3_000_000).Select(i => (byte)(i % 251)).ToArray();
        byte[] file = [0, 0, 8, 1, 0, 0x2D, 0xC6, 0xC0, .. values];

        Assert.Equal(values, Read<byte>(Gzip(file)).Values);
    }

    [Fact]
    public void A_file_cut_at_any_byte_is_refused()
    {
        for (var length = 0; length < Images.Length; length++)
            Assert.Throws<DataFormatException>(() => Read<byte>(Images[..length]));
        Assert.Throws<DataFormatException>(() => Read<byte>([.. Images, 0]));
        Assert.Throws<DataFormatException>(() => Read<byte>(Gzip([.. Images, 0])));
    }

    [Fact]
    public void A_gzipped_file_cut_at_any_byte_is_refused()
    {
        var file = Gzip(Images);
        for (var length = 0; length < file.Length; length++)
            Assert.Throws<DataFormatException>(() => Read<byte>(file[..length]));
    }

    [Fact]
    public void A_gzipped_file_whose_checksum_or_length_disagrees_is_refused()
    {
        var file = Gzip(Images);
        for (var at = file.Length - 8; at < file.Length; at++)
        {
            var changed = (byte[])file.Clone();
            changed[at] ^= 1;
            Assert.Throws<DataFormatException>(() => Read<byte>(changed));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Any_changed_byte_gives_an_array_or_a_clear_refusal(bool gzip)
    {
        var file = gzip ? Gzip(Images) : Images;
        for (var at = 0; at < file.Length; at++)
            for (var value = 0; value < 256; value++)
            {
                var changed = (byte[])file.Clone();
                changed[at] = (byte)value;
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    var read = Read<byte>(changed);
                    Assert.Equal(read.Shape.Aggregate(1L, (p, e) => p * e), read.Values.Length);
                }
                catch (DataFormatException)
                {
                }
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
            }
    }

    private static DenseArray<T> Read<T>(byte[] file) where T : unmanaged, System.Numerics.INumber<T> =>
        IdxFile.Read<T>(new MemoryStream(file), "test.idx");

    private static byte[] Gzip(byte[] content)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
            gzip.Write(content);
        return output.ToArray();
    }
}
