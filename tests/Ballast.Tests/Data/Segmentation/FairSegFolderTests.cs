using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Segmentation;
using Ballast.Exchange;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Data.Segmentation;

public sealed class FairSegFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private byte[] Npy<T>(T[] values, params int[] shape) where T : unmanaged
    {
        var path = folder.File("array.npy");
        NpyFile.Write<T>(path, values, shape);
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return bytes;
    }

    private string Archive(string name, params (string Name, byte[] Content)[] arrays)
    {
        var path = folder.File(name + ".npz");
        File.Delete(path);
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (entry, content) in arrays)
        {
            using var stream = zip.CreateEntry(entry + ".npy").Open();
            stream.Write(content);
        }
        return path;
    }

    private string Add(string name, int race, byte[]? image = null, byte[]? mask = null, int height = 4, int width = 8) => Archive(
        name,
        ("slo_fundus", image ?? Npy(Enumerable.Range(0, height * width).Select(i => (byte)(i % 256)).ToArray(), height, width)),
        ("disc_cup_mask", mask ?? Npy(Enumerable.Range(0, height * width).Select(i => (double)(i % 3)).ToArray(), height, width)),
        ("race", Npy(new[] { (long)race }, [])));

    private SegmentationSet Load(SegmentationOptions? options = null, CancellationToken cancellation = default) =>
        FairSegFolder.Load(folder.Path, "race", options ?? new SegmentationOptions { Classes = 3 }, cancellation: cancellation);

    private string Fault(SegmentationOptions? options = null) => Assert.Throws<DataFormatException>(() => Load(options)).Message;

    [Fact]
    public void Arrays_of_any_type_are_read_and_unknown_groups_left_out()
    {
        Add("2", race: 2);
        Add("1", race: 0);
        Add("3", race: -1);

        var set = Load();

        Assert.Equal(["1", "2"], set.Names);
        Assert.Equal(["race 0", "race 2"], set.GroupNames);
        Assert.Equal([0, 1], set.Groups);
        Assert.Equal("1 images of unknown race were left out.", Assert.Single(set.Notes));
        Assert.Equal([0, 1, 2, 0], set.Masks.Span[..4].ToArray());
        Assert.Equal(31 / 255f, set.Images.Span[31], 1e-6);
    }

    [Fact]
    public void Images_of_several_sizes_need_a_size()
    {
        Add("1", 0);
        Add("2", 1, height: 6, width: 6);

        Assert.Contains("an image of 6 x 6; expected 8 x 4 as the first has, or a size for all", Fault());
        Assert.Equal(2 * 16, Load(new SegmentationOptions { Classes = 3, Size = ImageSize.Square(4) }).Masks.Length);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Add("1", 0, mask: Npy(new double[12], 4, 3));
        Assert.Contains("a mask of 3 x 4; expected 8 x 4", Fault());
        Add("1", 0, mask: Npy(new double[32].Select((_, i) => i == 7 ? 1.5 : 0).ToArray(), 4, 8));
        Assert.Contains("the value 1.5 in a mask", Fault());
        Add("1", 0, mask: Npy(Enumerable.Repeat(3, 32).ToArray(), 4, 8));
        Assert.Contains("the value 3 in a mask", Fault());
        Add("1", 0, image: Npy(Enumerable.Repeat(float.NaN, 32).ToArray(), 4, 8));
        Assert.Contains("the value NaN in an image", Fault());
        Add("1", 0, image: Npy(new byte[32], 1, 4, 8));
        Assert.Contains("of shape [1, 4, 8]; expected [height, width]", Fault());
        Add("1", 0, image: Npy(Array.Empty<byte>(), 0, 8));
        Assert.Contains("of shape [0, 8]", Fault());
        Archive("1", ("slo_fundus", Npy(new byte[32], 4, 8)), ("race", Npy(new[] { 0L }, [])));
        Assert.Contains("an array 'disc_cup_mask'", Fault());
        Archive("1", ("slo_fundus", Npy(new byte[32], 4, 8)));
        Assert.Contains("an array 'race'", Fault());
        Archive("1", ("race", Npy(new[] { 0.5 }, [])));
        Assert.Contains("the race 0.5; expected a whole number", Fault());
        Archive("1", ("race", Npy(new[] { 1, 2 }, 2)));
        Assert.Contains("of 2 values; expected one number", Fault());
        Add("1", -1);
        Assert.Contains("no image with a known 'race'", Fault());
        File.Delete(folder.File("1.npz"));
        Assert.Contains("no .npz file", Fault());
        File.WriteAllText(folder.File("1.npz"), "race");
        Assert.Contains("no zip archive", Fault());
    }

    [Fact]
    public void Headers_that_claim_too_much_take_no_memory()
    {
        // An npy header of 2^40 values over 32 bytes, in a sound archive.
        var text = "{'descr': '|u1', 'fortran_order': False, 'shape': (1048576, 1048576), }".PadRight(117) + "\n";
        byte[] lying = [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(text), .. new byte[32]];
        Add("1", 0, image: lying);
        Assert.True(AllocatedBy(() => Fault()) < 20_000_000);

        // A sound array whose archive claims that it unpacks to 700 MB, in both of its headers.
        var path = Add("1", 0);
        var bytes = File.ReadAllBytes(path);
        foreach (var at in PlacesOf(bytes, "slo_fundus.npy"u8).Select(place => place >= 46 && bytes[place - 46] == 'P' && bytes[place - 44] == 1 ? place - 22 : place - 8))
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), 700_000_000);
        File.WriteAllBytes(path, bytes);
        Assert.True(AllocatedBy(() => Assert.Contains("slo_fundus", Fault())) < 20_000_000);

        // A size over the limit.
        Add("1", 0, image: Npy(new byte[70_000], 100, 700));
        Assert.Contains("at most 100 pixels", Fault(new SegmentationOptions { Classes = 3, MaxPixels = 100 }));

        static long AllocatedBy(Action action)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Archives_cut_or_changed_anywhere_give_their_arrays_or_an_error_that_names_the_file()
    {
        var path = Add("1", 0);
        var whole = File.ReadAllBytes(path);
        var random = RandomStream.For(1, "broken archives");
        for (var trial = 0; trial < 600; trial++)
        {
            byte[] broken = [.. whole];
            if (trial % 3 == 0)
                broken = broken[..random.Next(whole.Length)];
            else
                for (var change = 0; change <= random.Next(3); change++)
                    broken[random.Next(broken.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, broken);
            try
            {
                Assert.Equal(1, Load().Count);
            }
            catch (DataFormatException error)
            {
                Assert.StartsWith(folder.Path, error.File, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Cancellation_stops_it()
    {
        Add("1", 0);

        Assert.ThrowsAny<OperationCanceledException>(() => Load(cancellation: new CancellationToken(true)));
    }

    private static List<int> PlacesOf(byte[] bytes, ReadOnlySpan<byte> name)
    {
        var places = new List<int>();
        for (var i = 0; i + name.Length <= bytes.Length; i++)
            if (bytes.AsSpan(i, name.Length).SequenceEqual(name))
                places.Add(i);
        return places;
    }
}
