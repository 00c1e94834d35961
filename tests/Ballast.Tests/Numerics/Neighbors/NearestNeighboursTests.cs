using Ballast.Core;
using Ballast.Numerics.Neighbors;
using FsCheck.Xunit;

namespace Ballast.Tests.Numerics.Neighbors;

public sealed class NearestNeighboursTests
{
    [Property(MaxTest = 60)]
    public void Every_way_of_searching_gives_the_naive_answer(int seed, byte countByte, byte widthByte, byte kByte)
    {
        var (count, width) = (2 + countByte, 1 + widthByte % 40);
        var k = 1 + kByte % Math.Min(count - 1, 12);
        // Even seeds: small whole numbers, so that ties and duplicates abound. Odd seeds: far from the origin, where float32 is coarse.
        var random = RandomStream.For(seed, "points");
        var points = Points(count, width, () => seed % 2 == 0 ? random.Next(3) : 1e6 + random.NextGaussian());

        Compare(points, Naive(points, k), NearestNeighbours.Within(points, k, NeighbourSearch.Blocked));
        Compare(points, Naive(points, k), NearestNeighbours.Within(points, k, NeighbourSearch.Tree));
    }

    [Property(MaxTest = 40)]
    public void Codes_count_where_they_differ(int seed, byte countByte, bool many)
    {
        var count = 8 + countByte;
        var random = RandomStream.For(seed, "points");
        var values = Enumerable.Range(0, count * 2).Select(_ => random.NextGaussian()).ToArray();
        var codes = Enumerable.Range(0, count * 3).Select(_ => random.Next(many ? 40 : 3)).ToArray();
        var points = new PointSet(values, count, 2, codes, 3, mismatch: 0.7);

        Compare(points, Naive(points, 5), NearestNeighbours.Within(points, 5));
    }

    [Theory]
    [InlineData(NeighbourSearch.Blocked)]
    [InlineData(NeighbourSearch.Tree)]
    public void Duplicates_are_neighbours_and_a_row_is_not_its_own(NeighbourSearch search)
    {
        var points = new PointSet([1, 1, 1, 9], 4, 1);

        var near = NearestNeighbours.Within(points, 2, search);

        Assert.Equal([1, 2], near.Of(0).ToArray());
        Assert.Equal([0, 2], near.Of(1).ToArray());
        Assert.Equal([0, 1], near.Of(2).ToArray());
        Assert.Equal([0, 1], near.Of(3).ToArray());
        Assert.Equal([64, 64], near.SquaredDistances(3).ToArray());
    }

    [Theory]
    [InlineData(1e-160)]
    [InlineData(1e-30)]
    [InlineData(1e30)]
    [InlineData(1e140)]
    public void Tiny_and_huge_coordinates_are_searched_exactly(double unit)
    {
        var random = RandomStream.For(1, "points");
        var points = Points(300, 3, () => unit * random.NextGaussian());

        Compare(points, Naive(points, 4), NearestNeighbours.Within(points, 4, NeighbourSearch.Blocked));
    }

    [Fact]
    public void An_outlier_far_away_does_not_spoil_the_others()
    {
        var random = RandomStream.For(2, "points");
        var points = Points(400, 12, () => random.NextGaussian());
        var values = points.Values.ToArray();
        values[0] = 1e12;
        points = new PointSet(values, 400, 12);

        Compare(points, Naive(points, 6), NearestNeighbours.Within(points, 6));
    }

    [Fact]
    public void A_subset_is_searched_among_itself_and_among_all()
    {
        var random = RandomStream.For(3, "points");
        var points = Points(3000, 5, () => random.Next(6));
        int[] rows = [.. Enumerable.Range(0, 3000).Where(i => i % 7 == 2)];

        var within = NearestNeighbours.Within(points, rows, 4);
        var among = NearestNeighbours.Among(points, rows, 4);
        var all = NearestNeighbours.Within(points, 4, NeighbourSearch.Blocked);

        Compare(points.Select(rows), Naive(points.Select(rows), 4), within);
        for (var q = 0; q < rows.Length; q++)
            Assert.Equal(all.Of(rows[q]).ToArray(), among.Of(q).ToArray());
    }

    [Fact]
    public void Two_sets_are_searched_without_leaving_out_anything()
    {
        var points = new PointSet([0, 10, 20], 3, 1);
        var queries = new PointSet([10, 16], 2, 1);

        var near = NearestNeighbours.Between(queries, points, 3);

        Assert.Equal([1, 0, 2], near.Of(0).ToArray());
        Assert.Equal([2, 1, 0], near.Of(1).ToArray());
    }

    [Fact]
    public void Any_distance_can_be_given()
    {
        var near = NearestNeighbours.By(5, [4], 3, (a, b) => (a ^ b) & 3);

        Assert.Equal([0, 1, 2], near.Of(0).ToArray());
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var points = new PointSet([1, 2, 3], 3, 1);
        var spoilt = new PointSet([1, double.NaN, 3], 3, 1);

        Assert.Throws<ArgumentOutOfRangeException>(() => NearestNeighbours.Within(points, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => NearestNeighbours.Within(points, 0));
        Assert.Throws<ArgumentException>(() => NearestNeighbours.Within(points, [2, 0], 1));
        Assert.Throws<ArgumentException>(() => NearestNeighbours.Within(spoilt, 1, NeighbourSearch.Blocked));
        Assert.Throws<ArgumentException>(() => NearestNeighbours.Within(spoilt, 1, NeighbourSearch.Tree));
        Assert.Throws<ArgumentException>(() => new PointSet([1, 2, 3], 2, 1));
        Assert.ThrowsAny<OperationCanceledException>(() => NearestNeighbours.Within(points, 1, cancellation: new CancellationToken(true)));
    }

    private static PointSet Points(int count, int width, Func<double> draw) =>
        new([.. Enumerable.Range(0, count * width).Select(_ => draw())], count, width);

    private static int[][] Naive(PointSet points, int k) =>
    [
        .. Enumerable.Range(0, points.Count).Select(i => Enumerable.Range(0, points.Count).Where(j => j != i)
            .OrderBy(j => points.SquaredDistance(i, j)).ThenBy(j => j).Take(k).ToArray()),
    ];

    private static void Compare(PointSet points, int[][] expected, NeighbourTable actual)
    {
        Assert.Equal(expected.Length, actual.QueryCount);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual.Of(i).ToArray());
            Assert.Equal(points.SquaredDistance(i, expected[i][^1]), actual.SquaredDistances(i)[^1]);
        }
    }
}
