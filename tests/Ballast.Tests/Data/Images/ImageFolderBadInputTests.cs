using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Tests.Shared;
using SkiaSharp;

namespace Ballast.Tests.Data.Images;

public sealed class ImageFolderBadInputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Different_sizes_name_two_files()
    {
        ImageFiles.Grey(folder, "a/1.png", 28, 20, (_, _) => 0);
        ImageFiles.Grey(folder, "a/2.png", 28, 20, (_, _) => 0);
        ImageFiles.Grey(folder, "b/odd.png", 30, 20, (_, _) => 0);

        var error = Assert.Throws<DataFormatException>(() => ImageFolder.Read(folder.Path));

        Assert.Equal(
            $"{folder.Path}: found images of 2 sizes, such as 'a/1.png' (28 x 20) and 'b/odd.png' (30 x 20); expected one size for all, or a size to resize them to.",
            error.Message);
    }

    [Fact]
    public void An_empty_class_folder_is_named()
    {
        ImageFiles.Grey(folder, "a/1.png", 2, 2, (_, _) => 0);
        Directory.CreateDirectory(folder.File("nothing here"));
        ImageFiles.Raw(folder, "texts/readme.txt", [65]);

        var error = Assert.Throws<DataFormatException>(() => ImageFolder.Read(folder.Path));

        Assert.Contains("no PNG or JPEG file in 2 folders ('nothing here', 'texts')", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_images_or_no_folder_at_all_is_refused()
    {
        Assert.Throws<DataFormatException>(() => ImageFolder.Read(folder.Path));
        Assert.Throws<DirectoryNotFoundException>(() => ImageFolder.Read(folder.File("absent")));
        ImageFiles.Grey(folder, "loose.png", 2, 2, (_, _) => 0);
        Assert.Contains("none where expected", Assert.Throws<DataFormatException>(() => ImageFolder.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unreadable_images_are_named_and_skipped_while_row_ids_stay()
    {
        Fill(199);
        ImageFiles.Raw(folder, "a/000.png", []);
        ImageFiles.Raw(folder, "a/100x.png", [.. "GIF89a and more"u8]);

        var set = ImageFolder.Read(folder.Path);

        Assert.Equal(199, set.Data.Count);
        Assert.Equal(201, set.Manifest.Count);
        Assert.Equal([new("a/000.png", "the file is empty"), new SkippedFile("a/100x.png", "no PNG or JPEG by its content")], set.Skipped);
        Assert.Equal(1, set.Data.RowIds.Span[0]);
        Assert.Equal(["a/001.png", "a/101.png"], [set.PathOf(0), set.PathOf(100)]);
        Assert.Equal(1 / 255f, set.Data.Row(0)[0]);
        Assert.Equal(101 / 255f, set.Data.Row(100)[0]);
        Assert.Equal("Not read: 1 file ('a/000.png'); the file is empty.", set.Notes[1]);
    }

    [Fact]
    public void Too_many_unreadable_images_or_any_when_strict_are_an_error()
    {
        Fill(98);
        ImageFiles.Raw(folder, "a/bad1.png", [1]);
        Assert.Contains("'a/bad1.png'", Assert.Throws<DataFormatException>(() => ImageFolder.Read(folder.Path)).Message, StringComparison.Ordinal);

        Assert.Equal(98, ImageFolder.Read(folder.Path, new() { MaxUnreadableShare = 0.02 }).Data.Count);
        Assert.Throws<DataFormatException>(() => ImageFolder.Read(folder.Path, new() { MaxUnreadableShare = 1, Unreadable = UnreadableImages.Refuse }));
    }

    [Fact]
    public void A_class_of_which_nothing_can_be_read_is_an_error()
    {
        Fill(10);
        ImageFiles.Raw(folder, "b/bad.png", [1]);

        var error = Assert.Throws<DataFormatException>(() => ImageFolder.Read(folder.Path, new() { MaxUnreadableShare = 1 }));

        Assert.Contains("no readable image of class 'b' ('b/bad.png'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("png")]
    [InlineData("jpg")]
    public void A_file_cut_anywhere_is_unreadable_never_half_an_image(string kind)
    {
        var whole = File.ReadAllBytes(kind == "png"
            ? ImageFiles.Grey(folder, "a/1.png", 19, 19, (x, y) => (byte)(x * 25 + y))
            : ImageFiles.Color(folder, "a/1.jpg", 19, 19, (x, y) => new SKColor((byte)(x * 25), (byte)y, 7), SKEncodedImageFormat.Jpeg));
        for (var length = 0; length < whole.Length; length++)
        {
            ImageFiles.Raw(folder, $"a/cut.{kind}", whole[..length]);
            var set = ImageFolder.Read(folder.Path, new() { MaxUnreadableShare = 1 });
            // The last bytes are checksums and end marks: without them all pixels may have been there.
            if (length < whole.Length - 24)
                Assert.Equal($"a/cut.{kind}", Assert.Single(set.Skipped).Path);
            else if (set.Skipped.Count == 0)
                Assert.Equal(set.Data.Row(0).ToArray(), set.Data.Row(1).ToArray());
        }
    }

    [Fact]
    public void Damaged_pixels_of_a_png_are_noticed()
    {
        var whole = File.ReadAllBytes(ImageFiles.Grey(folder, "a/1.png", 64, 64, (x, y) => (byte)(x * y)));
        var data = whole.AsSpan().IndexOf("IDAT"u8);
        var noticed = 0;
        for (var at = data + 10; at < whole.Length - 20; at += 7)
        {
            var changed = (byte[])whole.Clone();
            changed[at] ^= 0x55;
            ImageFiles.Raw(folder, "a/2.png", changed);
            noticed += ImageFolder.Read(folder.Path, new() { MaxUnreadableShare = 1 }).Skipped.Count;
        }

        Assert.Equal((whole.Length - 20 - data - 10 + 6) / 7, noticed);
    }

    [Fact]
    public void A_header_that_claims_ten_billion_pixels_is_not_believed()
    {
        Fill(100);
        ImageFiles.Raw(folder, "a/bomb.png", PngFile.Of(100_000, 100_000, 8, 2, new byte[1000]));
        var before = GC.GetTotalAllocatedBytes();

        var set = ImageFolder.Read(folder.Path);

        Assert.Equal("its header claims 100000 x 100000 pixels, more than 100,000,000 in all", Assert.Single(set.Skipped).Reason);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 64 << 20);
    }

    [Fact]
    public void More_values_than_a_block_holds_are_refused_before_any_is_decoded()
    {
        Fill(3);

        var error = Assert.Throws<DataFormatException>(() => ImageFolder.Read(folder.Path, new() { Size = ImageSize.Square(30_000) }));

        Assert.Contains("give a smaller size", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_are_not_followed_but_named()
    {
        using var outside = new TemporaryFolder();
        ImageFiles.Grey(outside, "secret.png", 4, 4, (_, _) => 0);
        ImageFiles.Grey(folder, "a/1.png", 4, 4, (_, _) => 0);
        Directory.CreateSymbolicLink(folder.File("a/loop"), folder.Path);
        Directory.CreateSymbolicLink(folder.File("outside"), outside.Path);
        File.CreateSymbolicLink(folder.File("a/secret.png"), outside.File("secret.png"));
        File.CreateSymbolicLink(folder.File("a/dangling.png"), folder.File("gone"));

        var set = ImageFolder.Read(folder.Path);

        Assert.Equal(1, set.Data.Count);
        Assert.Equal(["a/dangling.png", "a/loop", "a/secret.png", "outside"], set.Skipped.Select(file => file.Path));
        Assert.Equal("Not read: 4 files ('a/dangling.png', 'a/loop', 'a/secret.png', ...); a link, which is not followed.", Assert.Single(set.Notes));
    }

    [Fact]
    public void Other_files_are_named_and_not_counted_as_unreadable()
    {
        ImageFiles.Grey(folder, "a/1.png", 4, 4, (_, _) => 0);
        ImageFiles.Raw(folder, "a/notes.txt", [65]);
        ImageFiles.Raw(folder, "a/.DS_Store", [0]);
        ImageFiles.Grey(folder, "preview.png", 4, 4, (_, _) => 0);

        var set = ImageFolder.Read(folder.Path, new() { Unreadable = UnreadableImages.Refuse });

        Assert.Equal(["a/.DS_Store", "a/notes.txt", "preview.png"], set.Skipped.Select(file => file.Path));
        Assert.Equal(3, set.Notes.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Any_changed_byte_of_a_header_gives_an_image_or_a_reason(int kind)
    {
        ImageFiles.Grey(folder, "a/good.png", 6, 5, (_, _) => 0);
        var whole = File.ReadAllBytes(kind == 0
            ? ImageFiles.Color(folder, "b/x.png", 6, 5, (x, y) => new SKColor((byte)x, (byte)y, 3))
            : ImageFiles.Color(folder, "b/x.jpg", 6, 5, (x, y) => new SKColor((byte)x, (byte)y, 3), SKEncodedImageFormat.Jpeg));
        var random = RandomStream.For(1, "image fuzz");
        for (var round = 0; round < 400; round++)
        {
            var changed = (byte[])whole.Clone();
            for (var k = 0; k < 1 + round % 3; k++)
                changed[random.Next(Math.Min(changed.Length, 200))] = (byte)random.Next(256);
            ImageFiles.Raw(folder, kind == 0 ? "b/x.png" : "b/x.jpg", changed);
            try
            {
                var set = ImageFolder.Read(folder.Path, new() { MaxUnreadableShare = 1, Size = ImageSize.Square(4), MaxPixels = 1_000_000 });
                Assert.All(set.Data.Features.ToArray(), value => Assert.InRange(value, 0, 1.000001f));
            }
            catch (DataFormatException)
            {
            }
        }
    }

    private void Fill(int count)
    {
        for (var i = 1; i <= count; i++)
            ImageFiles.Grey(folder, $"a/{i:000}.png", 2, 2, (_, _) => (byte)i);
    }
}
