using Ballast.Core;
using Ballast.Data.Duplicates;

namespace Ballast.Tests.Data.Duplicates;

public sealed class CopyBatchTests
{
    private const int Rows = 5_000;

    [Theory]
    [InlineData(0, 200)]
    [InlineData(2_400, 2_600)]
    [InlineData(4_800, 5_000)]
    public void Copies_that_gather_in_one_place_make_a_batch(int from, int to)
    {
        var random = RandomStream.For(1, "batch", from);
        (int, int)[] copies = [.. Anywhere(60, random), .. Enumerable.Range(0, 60).Select(_ => (random.Next(Rows), from + random.Next(to - from)))];

        var batch = CopyBatch.Find(Rows, copies, Anywhere(500, random));

        Assert.True(batch.Holds(from + 60, Rows / 3) && batch.Holds(Rows / 3, to - 60));
        Assert.False(batch.Holds(Rows / 3, 2 * Rows / 3));
        Assert.InRange(batch.ShareOfCopies, 0.4, 0.65);
        Assert.InRange(batch.ShareByChance, 0.03, 0.12);
    }

    [Fact]
    public void Copies_that_stand_where_other_pairs_do_make_none()
    {
        for (var draw = 0; draw < 20; draw++)
        {
            var random = RandomStream.For(2, "no batch", draw);

            var batch = CopyBatch.Find(Rows, Anywhere(300, random), Anywhere(500, random));

            Assert.Same(CopyBatch.None, batch);
        }
    }

    [Fact]
    public void Pairs_alike_that_gather_where_copies_do_make_none()
    {
        var random = RandomStream.For(3, "common place");
        (int, int)[] Crowded(int count) => [.. Enumerable.Range(0, count).Select(i => (random.Next(Rows), i % 2 == 0 ? 1_000 + random.Next(200) : random.Next(Rows)))];

        Assert.Same(CopyBatch.None, CopyBatch.Find(Rows, Crowded(300), Crowded(500)));
    }

    [Fact]
    public void Without_copies_or_without_other_pairs_there_is_no_batch()
    {
        var random = RandomStream.For(4, "nothing");

        Assert.Same(CopyBatch.None, CopyBatch.Find(Rows, [], Anywhere(50, random)));
        Assert.Same(CopyBatch.None, CopyBatch.Find(Rows, Anywhere(50, random), []));
        Assert.False(CopyBatch.None.Holds(0, Rows - 1));
    }

    private static (int, int)[] Anywhere(int count, RandomStream random) => [.. Enumerable.Range(0, count).Select(_ => (random.Next(Rows), random.Next(Rows)))];
}
