using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Data.Images;

public sealed class IdxImagesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Bytes_become_values_between_0_and_1()
    {
        var data = Read([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 51, 102], [0, 0, 8, 1, 0, 0, 0, 2, 2, 0]);

        Assert.Equal([1, 1, 2], data.SampleShape);
        Assert.Equal([0, 1, 0.2f, 0.4f], data.Features.ToArray());
        Assert.Equal([2, 0], data.Labels.ToArray());
        Assert.Equal(["0", "1", "2"], data.ClassNames);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 2, 1, 1 }, new byte[] { 0, 0, 8, 1, 0, 0, 0, 2, 0, 0 }, "images (n, h, w)")]
    [InlineData(new byte[] { 0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7 }, new byte[] { 0, 0, 8, 1, 0, 0, 0, 2, 0, 0 }, "one label for each of 1 images")]
    [InlineData(new byte[] { 0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7 }, new byte[] { 0, 0, 9, 1, 0, 0, 0, 1, 255 }, "a negative label")]
    [InlineData(new byte[] { 0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7 }, new byte[] { 0, 0, 12, 1, 0, 0, 0, 1, 0x7F, 0, 0, 0 }, "label 2130706432 among 1 rows")]
    public void Files_that_disagree_are_refused(byte[] images, byte[] labels, string part) =>
        Assert.Contains(part, Assert.Throws<DataFormatException>(() => Read(images, labels)).Message, StringComparison.Ordinal);

    [Fact]
    public void Labels_beyond_the_names_are_refused() =>
        Assert.Throws<DataFormatException>(() => Read([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7], [0, 0, 8, 1, 0, 0, 0, 1, 2], ["a", "b"]));

    [Fact]
    public void Long_tail_counts_are_those_of_the_benchmark()
    {
        Assert.Equal([1000, 599, 359, 215, 129, 77, 46, 27, 16, 10], LongTailBenchmark.Counts(10));
        Assert.Throws<ArgumentOutOfRangeException>(() => LongTailBenchmark.Counts(10, ratio: 0.5));
    }

    [Fact]
    public void Fashion_MNIST_is_found_where_Debian_puts_it()
    {
        var fashion = Fashion();

        var (train, test) = (fashion.ReadTrain(), fashion.ReadTest());

        Assert.Equal((60_000, 10_000), (train.Count, test.Count));
        Assert.All(train.ClassCounts(), count => Assert.Equal(6000, count));
        Assert.Equal("Ankle boot", train.ClassNames[train.Labels.Span[0]]);
        Assert.Equal(1, train.Features.Span.ToArray().Max());
        Assert.Null(FashionMnist.Find(folder.Path));
    }

    [Theory]
    [InlineData(LongTailOrder.Reversed)]
    [InlineData(LongTailOrder.Natural)]
    public void The_long_tailed_benchmark_is_as_defined(LongTailOrder order)
    {
        var fashion = Fashion();
        var train = fashion.ReadTrain();

        var benchmark = fashion.LongTail(order);

        int[] expected = order == LongTailOrder.Reversed ? [.. LongTailBenchmark.Counts(10).Reverse()] : LongTailBenchmark.Counts(10);
        Assert.Equal(2478, benchmark.Train.Count);
        Assert.Equal(expected, benchmark.Train.ClassCounts());
        Assert.Equal([1, 14, 14], benchmark.Train.SampleShape);
        Assert.All(benchmark.Validation.ClassCounts(), count => Assert.Equal(100, count));
        Assert.Equal(10_000, benchmark.Test.Count);
        Assert.Empty(benchmark.Train.RowIds.ToArray().Intersect(benchmark.Validation.RowIds.ToArray()));
        for (var k = 0; k < 10; k++)
        {
            var rows = train.RowsOf(k);
            Assert.Equal(rows[..expected[k]], benchmark.Train.RowsOf(k).Select(i => benchmark.Train.RowIds.Span[i]));
            Assert.Equal(rows[^100..], benchmark.Validation.RowsOf(k).Select(i => benchmark.Validation.RowIds.Span[i]));
        }
        var first = train.Row(benchmark.Train.RowIds.Span[7]);
        Assert.Equal((first[28 * 10 + 8] + first[28 * 10 + 9] + first[28 * 11 + 8] + first[28 * 11 + 9]) / 4, benchmark.Train.Row(7)[14 * 5 + 4], 1e-7f);
        Assert.Equal(order == LongTailOrder.Reversed ? [2, 1, 0] : [7, 8, 9], benchmark.Few);
        Assert.Equal((3, 4), (benchmark.Many.Count, benchmark.Medium.Count));
    }

    private static FashionMnist Fashion()
    {
        var fashion = FashionMnist.Find();
        Assert.SkipWhen(fashion is null, FashionMnist.AbsentReason);
        return fashion!;
    }

    private Dataset Read(byte[] images, byte[] labels, IReadOnlyList<string>? names = null)
    {
        File.WriteAllBytes(folder.File("images"), images);
        File.WriteAllBytes(folder.File("labels"), labels);
        return IdxImages.Read(folder.File("images"), folder.File("labels"), names);
    }
}
