using System.Buffers.Binary;
using System.Text;
using Ballast.Core;
using Ballast.Exchange;

namespace Ballast.Tests.Exchange;

public sealed class NpyFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ballast-npy-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void What_is_written_reads_back_in_every_type()
    {
        RoundTrip<double>([0, -0.0, double.Epsilon, 1.0 / 3, double.NaN, double.PositiveInfinity]);
        RoundTrip<float>([0, 1e-40f, -3.5f, float.MaxValue, float.NaN, 1]);
        RoundTrip<Half>([(Half)0, (Half)0.5, Half.MaxValue, Half.NaN, (Half)(-2), (Half)1]);
        RoundTrip<sbyte>([0, 1, -1, sbyte.MinValue, sbyte.MaxValue, 7]);
        RoundTrip<byte>([0, 1, 2, byte.MaxValue, 9, 7]);
        RoundTrip<short>([0, 1, -1, short.MinValue, short.MaxValue, 7]);
        RoundTrip<ushort>([0, 1, 2, ushort.MaxValue, 9, 7]);
        RoundTrip<int>([0, 1, -1, int.MinValue, int.MaxValue, 7]);
        RoundTrip<uint>([0, 1, 2, uint.MaxValue, 9, 7]);
        RoundTrip<long>([0, 1, -1, long.MinValue, long.MaxValue, 7]);
        RoundTrip<ulong>([0, 1, 2, ulong.MaxValue, 9, 7]);
    }

    private void RoundTrip<T>(T[] values) where T : unmanaged, System.Numerics.INumber<T>
    {
        var path = Path.Combine(folder.FullName, typeof(T).Name + ".npy");

        NpyFile.Write<T>(path, values, 2, 3);
        var read = NpyFile.Read<T>(path);

        Assert.Equal([2, 3], read.Shape);
        Assert.Equal(values, read.Values);
        Assert.Equal(0, (new FileInfo(path).Length - values.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>()) % 64);
    }

    [Fact]
    public void Booleans_read_as_zero_and_one()
    {
        var path = Path.Combine(folder.FullName, "flags.npy");

        NpyFile.Write<bool>(path, new[] { true, false, true });

        Assert.Equal([1, 0, 1], NpyFile.Read<int>(path).Values);
        Assert.Equal(ElementType.Boolean, NpyFile.ReadHeader(path).ElementType);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_format_version_is_read(int version)
    {
        var file = Npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }", [1, 0, 0xFF, 0xFF], version);

        Assert.Equal([1, -1], Read<int>(file).Values);
    }

    [Fact]
    public void Big_endian_and_Fortran_order_come_out_row_major()
    {
        var data = new byte[6 * 4];
        for (var i = 0; i < 6; i++)
            BinaryPrimitives.WriteSingleBigEndian(data.AsSpan(4 * i), i);
        var file = Npy("{'descr': '>f4', 'fortran_order': True, 'shape': (2, 3), }", data);

        Assert.Equal([0, 2, 4, 1, 3, 5], Read<double>(file).Values);
    }

    [Fact]
    public void Fortran_order_of_three_axes_agrees_with_its_definition()
    {
        int[] shape = [2, 3, 4];
        var file = Npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 4)}", [.. Enumerable.Range(0, 24).Select(i => (byte)i)]);

        var values = Read<int>(file).Values;

        for (var i = 0; i < 2; i++)
            for (var j = 0; j < 3; j++)
                for (var k = 0; k < 4; k++)
                    Assert.Equal(i + shape[0] * (j + shape[1] * k), values[(i * shape[1] + j) * shape[2] + k]);
    }

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "objects are never loaded")]
    [InlineData("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,), }", "structured")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "<c8")]
    [InlineData("{'descr': '|f8', 'fortran_order': False, 'shape': (1,), }", "|f8")]
    [InlineData("{'descr': '<f8', 'fortran_order': 0, 'shape': (1,), }", "True or False")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1), }", "comma")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", "extent")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999,), }", "extent")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2000000000, 2000000000), }", "at most")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", "8 bytes of data")]
    [InlineData("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", "once each")]
    [InlineData("{'descr': '<f8', 'shape': (1,), }", "fortran_order")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'x': 1}", "'x'")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), } + f()", "after the dictionary")]
    [InlineData("__import__('os')", "'{'")]
    public void A_header_that_is_not_plain_numbers_is_refused(string header, string sentence)
    {
        var error = Assert.Throws<DataFormatException>(() => Read<double>(Npy(header, new byte[8])));

        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_are_no_whole_numbers_are_refused_with_their_place()
    {
        var path = Path.Combine(folder.FullName, "labels.npy");
        NpyFile.Write<double>(path, new[] { 1.0, 2.5 });

        var error = Assert.Throws<DataFormatException>(() => NpyFile.Read<int>(path));

        Assert.Contains("2.5 at element 1", error.Message, StringComparison.Ordinal);
        NpyFile.Write<double>(path, new[] { double.NaN });
        Assert.Throws<DataFormatException>(() => NpyFile.Read<int>(path));
        NpyFile.Write<ulong>(path, new[] { ulong.MaxValue });
        Assert.Throws<DataFormatException>(() => NpyFile.Read<long>(path));
    }

    [Fact]
    public void Empty_arrays_and_single_values_are_read()
    {
        Assert.Empty(Read<float>(Npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2147483647, 0, 2147483647)}", [])).Values);
        var single = Read<float>(Npy("{'descr': '<f4', 'fortran_order': False, 'shape': ()}", [0, 0, 0x80, 0x3F]));
        Assert.Equal([1f], single.Values);
        Assert.Empty(single.Shape);
    }

    [Fact]
    public void A_shape_that_does_not_hold_the_values_is_not_written()
    {
        var path = Path.Combine(folder.FullName, "bad.npy");

        Assert.Throws<ArgumentException>(() => NpyFile.Write<int>(path, new int[5], 2, 3));

        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_file_cut_at_any_byte_is_refused()
    {
        var file = Npy("{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }", new byte[24]);

        for (var length = 0; length < file.Length; length++)
            Assert.Throws<DataFormatException>(() => Read<int>(file[..length]));
        Assert.Throws<DataFormatException>(() => Read<int>([.. file, 0]));
    }

    [Fact]
    public void Any_changed_header_byte_gives_an_array_of_the_size_stated_or_a_clear_refusal()
    {
        var data = Enumerable.Range(0, 24).Select(i => (byte)i).ToArray();
        var file = Npy("{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }", data);

        for (var at = 0; at < file.Length - data.Length; at++)
            for (var value = 0; value < 256; value++)
            {
                var changed = (byte[])file.Clone();
                changed[at] = (byte)value;
                Survives(changed);
            }
    }

    [Fact]
    public void Random_mutations_never_do_worse_than_a_clear_refusal()
    {
        var file = Npy("{'descr': '>f2', 'fortran_order': True, 'shape': (4, 3), }", new byte[24]);

        for (var trial = 0; trial < 20_000; trial++)
        {
            var random = RandomStream.For(1, "npy mutations", trial);
            var changed = file.ToList();
            for (var edits = 1 + random.Next(6); edits > 0 && changed.Count > 0; edits--)
            {
                var at = random.Next(changed.Count);
                switch (random.Next(3))
                {
                    case 0: changed[at] = (byte)random.Next(256); break;
                    case 1: changed.RemoveAt(at); break;
                    default: changed.Insert(at, (byte)"0123456789(){}[]',:<>|fiub"[random.Next(26)]); break;
                }
            }
            Survives([.. changed]);
        }
    }

    private static void Survives(byte[] file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var read = Read<double>(file);
            Assert.Equal(read.Shape.Contains(0) ? 0 : read.Shape.Aggregate(1L, (p, e) => p * e), read.Values.Length);
        }
        catch (DataFormatException)
        {
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    private static DenseArray<T> Read<T>(byte[] file) where T : unmanaged, System.Numerics.INumber<T> =>
        NpyFile.Read<T>(new MemoryStream(file), "test.npy");

    private static byte[] Npy(string header, byte[] data, int version = 1)
    {
        var text = Encoding.UTF8.GetBytes(header + "\n");
        byte[] length = version == 1 ? [(byte)text.Length, (byte)(text.Length >> 8)] : [(byte)text.Length, (byte)(text.Length >> 8), 0, 0];
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. text, .. data];
    }
}
