using System.Buffers.Binary;
using System.Text;
using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Safetensors;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Exchange.Safetensors;

/// <summary>safetensors: what is written is read, what others wrote is read, and headers that lie are refused.</summary>
public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Every_type_is_written_and_read_bit_by_bit()
    {
        var path = folder.File("all.safetensors");
        var raw = Enumerable.Range(0, 24).Select(i => (byte)(i * 11)).ToArray();
        SafetensorsFile.Write(
            path,
            [
                .. Enum.GetValues<SafetensorsType>().Where(type => type != SafetensorsType.Boolean).Select(type => SafetensorsTensor.Raw($"{type}", type, [24 / Width(type)], raw)),
                SafetensorsTensor.Of<bool>("flags", [2, 2], new[] { true, false, false, true }),
                SafetensorsTensor.Of<float>("single", Extents.None, new[] { float.NaN }),
                SafetensorsTensor.Of<double>("nothing", [3, 0], Array.Empty<double>()),
            ],
            new Dictionary<string, string> { ["format"] = "pt", ["quote"] = "\"ü\"" });

        using var file = SafetensorsFile.Open(path);

        foreach (var type in Enum.GetValues<SafetensorsType>().Where(type => type != SafetensorsType.Boolean))
        {
            Assert.Equal(raw, file.ReadBytes($"{type}"));
            Assert.Equal(type, file[$"{type}"].Type);
        }
        Assert.Equal([true, false, false, true], file.Read<bool>("flags"));
        Assert.Equal([2, 2], file["flags"].Shape);
        Assert.True(float.IsNaN(file.Read<float>("single").Single()));
        Assert.Empty(file.Read<double>("nothing"));
        Assert.Equal("\"ü\"", file.Metadata["quote"]);
        Assert.All(file.Tensors, tensor => Assert.Equal(0, tensor.Offset % Width(tensor.Type)));
    }

    [Fact]
    public void Equal_tensors_give_equal_bytes_in_any_order()
    {
        var tensors = new[] { SafetensorsTensor.Of<float>("b", [2], new[] { 1f, 2 }), SafetensorsTensor.Of<long>("a", [1], new[] { 7L }), SafetensorsTensor.Of<Half>("c", [1], new[] { (Half)0.5f }) };

        SafetensorsFile.Write(folder.File("one"), tensors);
        SafetensorsFile.Write(folder.File("two"), tensors.Reverse());

        Assert.Equal(File.ReadAllBytes(folder.File("one")), File.ReadAllBytes(folder.File("two")));
    }

    [Fact]
    public void Narrow_floats_are_widened_exactly()
    {
        SafetensorsFile.Write(folder.File("f"), [
            SafetensorsTensor.Of<Half>("half", [3], new[] { (Half)1.5f, Half.NegativeInfinity, (Half)6e-8f }),
            SafetensorsTensor.Raw("brain", SafetensorsType.BFloat16, [2], new byte[] { 0x80, 0x3F, 0x49, 0xC0 }),
            SafetensorsTensor.Of<double>("wide", [1], new[] { 0.1 }),
            SafetensorsTensor.Raw("eight", SafetensorsType.Float8E4M3, [1], new byte[] { 1 })]);
        using var file = SafetensorsFile.Open(folder.File("f"));

        Assert.Equal([1.5f, float.NegativeInfinity, (float)(Half)6e-8f], file.ReadSingles("half"));
        Assert.Equal([1f, -3.140625f], file.ReadSingles("brain"));
        Assert.Equal([0.1f], file.ReadSingles("wide"));
        Assert.Throws<DataFormatException>(() => file.ReadSingles("eight"));
        Assert.Throws<DataFormatException>(() => file.Read<double>("half"));
        Assert.Contains("nearest is 'wide'", Assert.Throws<DataFormatException>(() => file.Read<double>("wine")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_of_a_network_go_there_and_back()
    {
        GraphTensor[] tensors =
        [
            new("weight", [2, 2], new[] { 1f, -2, 3, float.Epsilon }), new("wide", [1], new[] { Math.PI }), new("index", [2], new[] { -1L, long.MaxValue }),
            new("codes", [2], new[] { -1L, int.MaxValue }, Ballast.Exchange.ElementType.Int32), new("mask", [2], new[] { 1L, 0 }, Ballast.Exchange.ElementType.Boolean),
        ];
        SafetensorsFile.Write(folder.File("network"), tensors.Select(SafetensorsTensor.Of));
        using var file = SafetensorsFile.Open(folder.File("network"));

        Assert.All(tensors, tensor => Assert.Equal(tensor, file.ReadTensor(tensor.Name)));
    }

    [Fact]
    public void A_published_model_is_read_and_written_the_same()
    {
        var path = RealData.Require("stories260k/model.safetensors");
        using var file = SafetensorsFile.Open(path);

        SafetensorsFile.Write(folder.File("copy"), file.Tensors.Select(tensor => SafetensorsTensor.Raw(tensor.Name, tensor.Type, tensor.Shape, file.ReadBytes(tensor.Name))), file.Metadata);

        using var copy = SafetensorsFile.Open(folder.File("copy"));
        Assert.Equal([512, 64], file["model.embed_tokens.weight"].Shape);
        Assert.Equal("pt", copy.Metadata["format"]);
        Assert.Equal(file.Tensors.Select(tensor => tensor.Name).Order(), copy.Tensors.Select(tensor => tensor.Name).Order());
        Assert.All(file.Tensors, tensor => Assert.Equal(file.ReadBytes(tensor.Name), copy.ReadBytes(tensor.Name)));
        Assert.All(file.Tensors, tensor => Assert.All(file.ReadSingles(tensor.Name), value => Assert.InRange(value, -100, 100)));
    }

    public static TheoryData<string> LanguageModels => GoldenFiles.Matching("language-model*.safetensors");

    [Theory]
    [MemberData(nameof(LanguageModels))]
    public void Golden_models_are_read_to_the_last_byte(string path)
    {
        using var file = SafetensorsFile.Open(path);

        Assert.NotEmpty(file.Tensors);
        Assert.All(file.Tensors, tensor => Assert.Equal(tensor.Shape.Product, file.ReadSingles(tensor.Name).Length));
    }

    [Fact]
    public void Parts_are_read_without_the_rest()
    {
        SafetensorsFile.Write(folder.File("long"), [SafetensorsTensor.Of<byte>("t", [1 << 22], new byte[1 << 22])]);
        using var file = SafetensorsFile.Open(folder.File("long"));
        var before = GC.GetAllocatedBytesForCurrentThread();

        file.ReadBytes("t", (1 << 22) - 4, new byte[4]);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 16);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadBytes("t", (1 << 22) - 3, new byte[4]));
    }

    [Theory]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, null)]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}    """, 8, null)]
    [InlineData("{}", 0, null)]
    [InlineData("""{"__metadata__":{"a":"b"}}""", 0, null)]
    [InlineData("""{"a":{"dtype":"U8","shape":[0],"data_offsets":[1,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, null)]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "9 bytes of data")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "up to byte 8")]
    [InlineData("""{"t":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "bytes 0 to 8")]
    [InlineData("""{"t":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "shape of tensor 't'")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "data_offsets of tensor 't'")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "bytes 8 to 0")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "shape of tensor 't'")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,8]}}""", 8, "bytes 0 to 8")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2500000000],"data_offsets":[0,10000000000]}}""", 8, "shape [2500000000]")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1000000000],"data_offsets":[0,4000000000]}}""", 8, "up to byte 4000000000")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "at byte 4")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}""", 6, "at byte 2")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", 8, "'a' twice")]
    [InlineData("""{"t":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}""", 8, "'F31'")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}""", 8, "field 'x'")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2]}}""", 8, "without its type")]
    [InlineData("""{"t":[1]}""", 0, "'t' that is no object")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "metadata 'a'")]
    [InlineData("""[1]""", 0, "no '{'")]
    [InlineData("""{"t":""", 0, "no JSON")]
    [InlineData("""{} {}""", 0, "no JSON")]
    public void Headers_are_held_to_the_letter(string json, int data, string? refusal)
    {
        var path = folder.File("t.safetensors");
        File.WriteAllBytes(path, Assembled(Encoding.UTF8.GetBytes(json), data));

        if (refusal is null)
            SafetensorsFile.Open(path).Dispose();
        else
            Assert.Contains(refusal, Assert.Throws<DataFormatException>(() => SafetensorsFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10_000_000_000)]
    [InlineData(100_000_001)]
    [InlineData(-1)]
    [InlineData(57)]
    public void A_header_that_claims_more_than_there_is_costs_no_memory(long length)
    {
        var file = Assembled("""{"t":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"""u8, 0);
        BinaryPrimitives.WriteInt64LittleEndian(file, length);
        File.WriteAllBytes(folder.File("t"), file);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<DataFormatException>(() => SafetensorsFile.Open(folder.File("t")));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 16);
    }

    [Fact]
    public void What_cannot_be_written_leaves_the_old_file()
    {
        var path = folder.File("kept");
        SafetensorsFile.Write(path, [SafetensorsTensor.Of<float>("t", [1], new[] { 1f })]);
        var before = File.ReadAllBytes(path);

        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(path, [SafetensorsTensor.Of<float>("t", [1], new[] { 1f }), SafetensorsTensor.Of<int>("t", [1], new[] { 1 })]));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(path, [SafetensorsTensor.Of<float>("__metadata__", [1], new[] { 1f })]));
        Assert.Throws<ArgumentException>(() => SafetensorsTensor.Of<float>("t", [2], new[] { 1f }));
        Assert.Throws<ArgumentException>(() => SafetensorsTensor.Raw("t", SafetensorsType.Float32, [1], new byte[3]));

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_file_cut_at_any_byte_is_refused()
    {
        var file = Sample();

        for (var length = 0; length < file.Length; length++)
            Assert.Throws<DataFormatException>(() => ReadAll(file[..length]));
        Assert.Throws<DataFormatException>(() => ReadAll([.. file, 0]));
        ReadAll(file);
    }

    [Fact]
    public void Any_changed_header_byte_is_survived()
    {
        var file = Sample();
        var data = 3 * 4 + 2 + 2;

        for (var at = 0; at < file.Length - data; at++)
            for (var value = 0; value < 256; value += at < 8 ? 1 : 3)
            {
                var changed = (byte[])file.Clone();
                changed[at] = (byte)value;
                Survives(changed);
            }
    }

    [Fact]
    public void Random_mutations_are_survived()
    {
        var file = Sample();

        for (var trial = 0; trial < 5000; trial++)
        {
            var random = RandomStream.For(1, "safetensors mutations", trial);
            var changed = file.ToList();
            for (var edits = 1 + random.Next(6); edits > 0; edits--)
            {
                var at = random.Next(changed.Count);
                switch (random.Next(3))
                {
                    case 0: changed[at] = (byte)random.Next(256); break;
                    case 1: changed.RemoveAt(at); break;
                    default: changed.Insert(at, (byte)"0123456789{}[]\":,FIUB-.eE\\u"[random.Next(26)]); break;
                }
            }
            Survives([.. changed]);
        }
    }

    public void Dispose() => folder.Dispose();

    private static int Width(SafetensorsType type) => type switch { <= SafetensorsType.Float8E8M0 => 1, <= SafetensorsType.BFloat16 => 2, <= SafetensorsType.Float32 => 4, _ => 8 };

    private static byte[] Assembled(ReadOnlySpan<byte> json, int data)
    {
        var file = new byte[8 + json.Length + data];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file.AsSpan(8));
        return file;
    }

    private byte[] Sample()
    {
        SafetensorsFile.Write(folder.File("sample"), [
            SafetensorsTensor.Of<float>("fc.weight", [3, 1], new[] { 1f, 2, 3 }), SafetensorsTensor.Of<Half>("h", [1], new[] { (Half)1 }), SafetensorsTensor.Of<byte>("b", [2], new byte[] { 1, 2 })],
            new Dictionary<string, string> { ["format"] = "pt" });
        return File.ReadAllBytes(folder.File("sample"));
    }

    private void ReadAll(byte[] content)
    {
        File.WriteAllBytes(folder.File("mutated"), content);
        using var file = SafetensorsFile.Open(folder.File("mutated"));
        foreach (var tensor in file.Tensors)
            Assert.Equal(tensor.ByteCount, file.ReadBytes(tensor.Name).Length);
    }

    // Every byte of the data belongs to one tensor, or the header is refused.
    private static void Survives(byte[] content)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var header = SafetensorsHeader.LengthOf(content.AsSpan(0, Math.Min(8, content.Length)), content.Length, "mutated");
            var read = SafetensorsHeader.Parse(content.AsSpan(8, header), content.Length - 8 - header, "mutated");
            Assert.Equal(content.Length - 8 - header, read.Tensors.Values.Sum(tensor => tensor.ByteCount));
        }
        catch (DataFormatException)
        {
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 17);
    }
}
