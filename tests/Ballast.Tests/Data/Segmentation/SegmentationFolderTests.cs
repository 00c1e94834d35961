using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Segmentation;
using Ballast.Tests.Data.Images;
using Ballast.Tests.Shared;
using SkiaSharp;

namespace Ballast.Tests.Data.Segmentation;

public sealed class SegmentationFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // Left half background, right half the value given.
    private void Add(string name, byte inside = 1, int width = 8, int height = 4)
    {
        ImageFiles.Grey(folder, $"images/{name}.png", width, height, (x, y) => (byte)(10 * x + y));
        ImageFiles.Grey(folder, $"masks/{name}.png", width, height, (x, _) => x < width / 2 ? (byte)0 : inside);
    }

    private string Groups(params string[] lines)
    {
        File.WriteAllLines(folder.File("groups.csv"), lines);
        return folder.File("groups.csv");
    }

    private SegmentationSet Load(SegmentationOptions? options = null, CancellationToken cancellation = default) =>
        SegmentationFolder.Load(folder.File("images"), folder.File("masks"), folder.File("groups.csv"), options ?? new SegmentationOptions(), cancellation: cancellation);

    [Fact]
    public void Images_masks_groups_and_splits_are_read()
    {
        Add("b");
        Add("a");
        Add("c");
        Groups("file,group,split", "a,site 2,train", "b.png,site 1,test", "c,,train");

        var set = Load();

        Assert.Equal(["a", "b"], set.Names);
        Assert.Equal(["site 1", "site 2"], set.GroupNames);
        Assert.Equal([1, 0], set.Groups);
        Assert.Equal("1 images without a group were left out.", Assert.Single(set.Notes));
        Assert.Equal((4, 8, 1), (set.Shape.Height, set.Shape.Width, set.Shape.Channels));
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1], set.Masks.Span[..8].ToArray());
        Assert.Equal(31 / 255f, set.Images.Span[8 + 3], 1e-6);
        Assert.Equal("b", Assert.Single(set.Select([1, 0]).Names.Skip(0).Take(1)));
        Assert.Throws<ArgumentException>(() => set.OfSplit("test"));
    }

    [Fact]
    public void Masks_are_resized_without_making_classes()
    {
        Add("a", inside: 200, width: 10, height: 6);
        Groups("file,group", "a,one");

        var set = Load(new SegmentationOptions { Classes = 3, Size = new ImageSize(4, 4), ClassMap = new Dictionary<int, int> { [0] = 0, [200] = 2 } });

        Assert.Equal(Enumerable.Repeat<byte[]>([0, 0, 2, 2], 4).SelectMany(row => row), set.Masks.ToArray());
        Assert.Equal(16, set.Images.Length);
    }

    [Theory]
    [InlineData("a", "no row; expected a row for the image 'b'")]
    [InlineData("a,b,b", "'b' again")]
    [InlineData("a,b,../a", "'../a'; expected the name of an image in the folder")]
    public void Rows_and_images_must_agree(string names, string said)
    {
        Add("a");
        Add("b");
        Groups(["file,group", .. names.Split(',').Select(name => $"{name},g")]);

        var error = Assert.Throws<DataFormatException>(() => Load());

        Assert.Contains(said, error.Message);
        Assert.True(error.Line is null or 4, $"line {error.Line}");
    }

    [Fact]
    public void What_is_missing_or_does_not_fit_is_named()
    {
        Add("a");
        Add("b", inside: 2);
        Groups("file,group", "a,g", "b,h");
        Assert.Contains("the value 2 in a mask; expected a class 0..1", Fault(), StringComparison.Ordinal);
        Add("b", width: 12);
        Assert.Contains("an image of 12 x 4", Fault(), StringComparison.Ordinal);
        ImageFiles.Grey(folder, "masks/b.png", 4, 4, (_, _) => 0);
        Assert.Contains("a mask of 4 x 4; expected 12 x 4 as its image has", Fault(), StringComparison.Ordinal);
        ImageFiles.Color(folder, "masks/b.png", 12, 4, (_, _) => SKColors.Red);
        Assert.Contains("8-bit grey", Fault(new SegmentationOptions { Size = new ImageSize(4, 4) }), StringComparison.Ordinal);
        File.Delete(folder.File("masks/b.png"));
        Assert.Contains("b.png: found nothing; expected a mask of the image's name", Fault(), StringComparison.Ordinal);
        ImageFiles.Grey(folder, "masks/c.png", 8, 4, (_, _) => 0);
        Assert.Contains("a mask without an image", Fault(), StringComparison.Ordinal);
        File.Delete(folder.File("masks/c.png"));
        ImageFiles.Grey(folder, "images/b.jpg", 8, 4, (_, _) => 0, SKEncodedImageFormat.Jpeg);
        Assert.Contains("another image 'b'", Fault(), StringComparison.Ordinal);
        Groups("name,group", "a,g");
        File.Delete(folder.File("images/b.jpg"));
        Assert.Contains("the columns file and group", Fault(), StringComparison.Ordinal);
        Groups("file,group", "a,", "b,");
        Assert.Contains("no image with a group", Fault(), StringComparison.Ordinal);

        string Fault(SegmentationOptions? options = null) => Assert.Throws<DataFormatException>(() => Load(options)).Message;
    }

    [Fact]
    public void A_header_that_claims_more_than_its_bytes_hold_takes_no_memory()
    {
        Add("a");
        ImageFiles.Raw(folder, "images/a.png", PngFile.Of(9_000, 9_000, 8, 0, [0, 0]));
        Groups("file,group", "a,g");
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<DataFormatException>(() => Load());

        Assert.Contains("claims 9000 x 9000 pixels", error.Message);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20_000_000);
        Assert.Contains("more than 1,000,000 in all", Assert.Throws<DataFormatException>(() => Load(new SegmentationOptions { MaxPixels = 1_000_000 })).Message);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        Add("a");
        Groups("file,group", "a,g");
        foreach (var path in new[] { folder.File("images/a.png"), folder.File("masks/a.png") })
        {
            var whole = File.ReadAllBytes(path);
            for (var length = 0; length < whole.Length - 24; length++)
            {
                File.WriteAllBytes(path, whole[..length]);
                Assert.Throws<DataFormatException>(() => Load());
            }
            File.WriteAllBytes(path, whole);
        }
        Assert.Equal(1, Load().Count);
    }

    [Fact]
    public void Cancellation_stops_it()
    {
        Add("a");
        Groups("file,group", "a,g");

        Assert.ThrowsAny<OperationCanceledException>(() => Load(cancellation: new CancellationToken(true)));
    }

    [Fact]
    public void Folders_that_are_not_there_are_an_error() =>
        Assert.Throws<DirectoryNotFoundException>(() => SegmentationFolder.Load(folder.File("images"), folder.File("masks"), Groups("file,group"), new SegmentationOptions()));
}
