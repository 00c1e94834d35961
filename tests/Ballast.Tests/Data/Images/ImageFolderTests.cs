using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Tests.Shared;
using SkiaSharp;

namespace Ballast.Tests.Data.Images;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Classes_are_the_first_folders_and_rows_stand_in_order_of_paths()
    {
        ImageFiles.Grey(folder, "zebra/1.png", 3, 2, (x, y) => (byte)(10 * x + y));
        ImageFiles.Grey(folder, "Ape/deep/er/2.png", 3, 2, (_, _) => 51);
        ImageFiles.Grey(folder, "Ape/1.PNG", 3, 2, (_, _) => 255);

        var set = ImageFolder.Read(folder.Path);

        Assert.Equal(["Ape", "zebra"], set.Data.ClassNames);
        Assert.Equal([1, 2, 3], set.Data.SampleShape);
        Assert.Equal([0, 0, 1], set.Data.Labels.ToArray());
        Assert.Equal(["Ape/1.PNG", "Ape/deep/er/2.png", "zebra/1.png"], set.Manifest.Select(row => row.Path));
        Assert.Equal("zebra/1.png", set.PathOf(2));
        Assert.Equal([0, 10 / 255f, 20 / 255f, 1 / 255f, 11 / 255f, 21 / 255f], set.Data.Row(2).ToArray());
        Assert.All(set.Data.Row(1).ToArray(), value => Assert.Equal(0.2f, value));
        Assert.Empty(set.Notes);
    }

    [Fact]
    public void Colour_is_planar_and_grey_among_it_is_widened_and_named()
    {
        ImageFiles.Color(folder, "a/colour.png", 2, 1, (x, _) => x == 0 ? new SKColor(255, 0, 51) : new SKColor(0, 102, 0));
        ImageFiles.Grey(folder, "a/grey.png", 2, 1, (_, _) => 153);

        var set = ImageFolder.Read(folder.Path);

        Assert.Equal([3, 1, 2], set.Data.SampleShape);
        Assert.Equal([1f, 0, 0, 0.4f, 0.2f, 0], set.Data.Row(0).ToArray());
        Assert.All(set.Data.Row(1).ToArray(), value => Assert.Equal(0.6f, value));
        Assert.Equal("1 image ('a/grey.png'): grey among colour, repeated in three channels.", Assert.Single(set.Notes));
    }

    [Fact]
    public void Colour_becomes_luma_when_grey_is_asked_for()
    {
        ImageFiles.Color(folder, "a/colour.png", 1, 1, (_, _) => new SKColor(255, 51, 102));
        ImageFiles.Color(folder, "a/flat.png", 1, 1, (_, _) => new SKColor(77, 77, 77));

        var set = ImageFolder.Read(folder.Path, new() { Color = ImageColor.Grey });

        Assert.Equal([1, 1, 1], set.Data.SampleShape);
        Assert.Equal(0.299 + 0.587 * 0.2 + 0.114 * 0.4, set.Data.Row(0)[0], 1e-6);
        Assert.Equal(77 / 255f, set.Data.Row(1)[0]);
        Assert.Contains(set.Notes, note => note.Contains("turned to grey", StringComparison.Ordinal));
    }

    [Fact]
    public void Jpeg_is_read_close_to_what_was_written()
    {
        ImageFiles.Color(folder, "a/1.jpg", 16, 16, (x, y) => new SKColor((byte)(8 * x), (byte)(8 * y), 100), SKEncodedImageFormat.Jpeg);
        ImageFiles.Grey(folder, "a/2.JPEG", 16, 16, (x, _) => (byte)(10 * x), SKEncodedImageFormat.Jpeg);

        var set = ImageFolder.Read(folder.Path);

        Assert.Equal([3, 16, 16], set.Data.SampleShape);
        for (var i = 0; i < 256; i++)
            Assert.Equal(8 * (i % 16) / 255.0, set.Data.Row(0)[i], 0.06);
    }

    [Fact]
    public void Images_are_resized_when_a_size_is_given()
    {
        ImageFiles.Grey(folder, "a/1.png", 4, 4, (x, y) => (byte)(y < 2 ? x < 2 ? 0 : 100 : x < 2 ? 200 : 40));
        ImageFiles.Grey(folder, "a/2.png", 2, 2, (_, _) => 60);

        var set = ImageFolder.Read(folder.Path, new() { Size = ImageSize.Square(2) });

        Assert.Equal([0, 100 / 255f, 200 / 255f, 40 / 255f], set.Data.Row(0).ToArray());
        Assert.Equal("1 image ('a/1.png'): resized to 2 x 2 (area).", Assert.Single(set.Notes));
    }

    [Fact]
    public void Sixteen_bit_images_are_read_at_eight_and_named()
    {
        ImageFiles.Raw(folder, "a/grey.png", PngFile.Of(2, 1, 16, 0, [0, 0x12, 0x34, 0xFF, 0xFE]));
        ImageFiles.Raw(folder, "a/rgb.png", PngFile.Of(2, 1, 16, 2, [0, 0x12, 0x34, 0x80, 0, 0, 0, 0xFF, 0xFE, 0x33, 0x33, 1, 0]));

        var set = ImageFolder.Read(folder.Path, new() { Color = ImageColor.Color });

        Assert.Equal(0x1234 / 65535.0, set.Data.Row(0)[0], 1 / 255.0);
        Assert.Equal([0x1234 / 65535f, 0xFFFE / 65535f, 0x8000 / 65535f, 0.2f, 0, 0x100 / 65535f], set.Data.Row(1).ToArray(), (a, b) => Math.Abs(a - b) <= 1 / 255f);
        Assert.Contains("2 images ('a/grey.png', 'a/rgb.png'): 16 bits a sample, read at 8.", set.Notes);
    }

    [Theory]
    [InlineData(1, 0, new byte[] { 0, 0b1010_0000, 0, 0b0100_0000 }, new[] { 1f, 0, 0, 1 })]
    [InlineData(4, 0, new byte[] { 0, 0x0F, 0, 0xF3 }, new[] { 0, 1f, 1, 0.2f })]
    [InlineData(8, 4, new byte[] { 0, 51, 255, 102, 0, 0, 0, 9, 255, 255 }, new[] { 0.2f, 0.4f, 0, 1 })]
    public void Grey_of_every_depth_is_read_and_transparency_dropped(byte bits, byte type, byte[] scanlines, float[] expected)
    {
        ImageFiles.Raw(folder, "a/x.png", PngFile.Of(2, 2, bits, type, scanlines));

        var data = ImageFolder.Read(folder.Path).Data;

        Assert.Equal([1, 2, 2], data.SampleShape);
        Assert.Equal(expected, data.Row(0).ToArray());
    }

    [Theory]
    [InlineData(1, 3, 2, new[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(3, 3, 2, new[] { 5, 4, 3, 2, 1, 0 })]
    [InlineData(6, 2, 3, new[] { 3, 0, 4, 1, 5, 2 })]
    [InlineData(8, 2, 3, new[] { 2, 5, 1, 4, 0, 3 })]
    [InlineData(2, 3, 2, new[] { 2, 1, 0, 5, 4, 3 })]
    [InlineData(5, 2, 3, new[] { 0, 3, 1, 4, 2, 5 })]
    public void Photographs_are_turned_upright(byte orientation, int width, int height, int[] order)
    {
        // Blocks of 8 x 8 pixels, each of one grey, so that JPEG keeps them.
        ImageFiles.Grey(folder, "a/photo.jpg", 24, 16, (x, y) => (byte)(40 * (y / 8 * 3 + x / 8)), SKEncodedImageFormat.Jpeg);
        var file = folder.File("a/photo.jpg");
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif"u8, 0, 0, .. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
        var content = File.ReadAllBytes(file);
        File.WriteAllBytes(file, [.. content[..2], .. exif, .. content[2..]]);

        var data = ImageFolder.Read(folder.Path, new() { Size = new(height, width), Color = ImageColor.Grey }).Data;

        for (var i = 0; i < 6; i++)
            Assert.Equal(40 * order[i] / 255.0, data.Row(0)[i], 0.02);
    }

    [Fact]
    public void Threads_do_not_change_the_result()
    {
        for (var i = 0; i < 40; i++)
            ImageFiles.Color(folder, $"c{i % 3}/{i}.png", 5 + i % 4, 7, (x, y) => new SKColor((byte)(x * i), (byte)(y * i), (byte)i));

        var one = ImageFolder.Read(folder.Path, new() { Size = ImageSize.Square(6), Threads = 1 });
        var many = ImageFolder.Read(folder.Path, new() { Size = ImageSize.Square(6), Threads = 8 });

        Assert.Equal(one.Data.Features.ToArray(), many.Data.Features.ToArray());
        Assert.Equal(one.Manifest, many.Manifest);
    }

    [Fact]
    public void Names_may_be_in_any_script()
    {
        ImageFiles.Grey(folder, "кошки/фото 1.png", 1, 1, (_, _) => 1);
        ImageFiles.Grey(folder, "犬/🐕.png", 1, 1, (_, _) => 2);
        ImageFiles.Grey(folder, "犬/e\u0301.jpg", 1, 1, (_, _) => 3, SKEncodedImageFormat.Jpeg);

        var set = ImageFolder.Read(folder.Path);

        Assert.Equal(["кошки", "犬"], set.Data.ClassNames);
        Assert.Equal(["кошки/фото 1.png", "犬/e\u0301.jpg", "犬/🐕.png"], set.Manifest.Select(row => row.Path));
        Assert.Equal(3, set.Data.Count);
    }

    [Fact]
    public void Many_small_files_report_progress_and_can_be_cancelled()
    {
        var image = File.ReadAllBytes(ImageFiles.Grey(folder, "a/0.png", 2, 2, (_, _) => 9));
        for (var i = 1; i < 3000; i++)
            ImageFiles.Raw(folder, $"a/{i}.png", image);
        var updates = new List<ProgressUpdate>();
        var progress = new Reporter(update => { lock (updates) updates.Add(update); });

        var set = ImageFolder.Read(folder.Path, progress: progress);

        Assert.Equal(3000, set.Data.Count);
        Assert.InRange(updates.Count, 100, 300);
        Assert.Contains(updates, update => update is { Stage: "decoding images", Fraction: 1 });
        foreach (var stage in new[] { "finding images", "reading image headers", "decoding images" })
        {
            using var source = new CancellationTokenSource();
            var canceller = new Reporter(update => { if (update.Stage == stage) source.Cancel(); });
            Assert.ThrowsAny<OperationCanceledException>(() => ImageFolder.Read(folder.Path, progress: canceller, cancellation: source.Token));
        }
    }

    private sealed class Reporter(Action<ProgressUpdate> report) : IProgress<ProgressUpdate>
    {
        public void Report(ProgressUpdate value) => report(value);
    }
}
