using Ballast.Core;
using Ballast.Evaluation.Subpopulations;
using FsCheck.Xunit;

namespace Ballast.Tests.Evaluation.Subpopulations;

public sealed class SubpopulationFrontierTests
{
    [Property(MaxTest = 100)]
    public void Every_model_lies_in_the_hull_and_the_edge_is_what_no_mixture_beats(int seed)
    {
        var points = Draw(seed, 25, 20);
        var choice = SubpopulationFrontier.Of(points);
        (double X, double Y) At(int i) => (points[i].MajorityAccuracy, points[i].MinorityAccuracy);

        Assert.Equal(choice.ConvexHull.Count, choice.ConvexHull.Select(At).Distinct().Count());
        Assert.All(choice.UpperRightEdge, i => Assert.Contains(i, choice.ConvexHull));
        Assert.All(choice.UpperRightEdge, i => Assert.Contains(i, choice.ParetoFront));
        foreach (var (i, point) in points.Index())
        {
            // Brute force: a mixture of two models that is better in one group and no worse in the other.
            var isBeaten = points.Index().Any(a => points.Any(b => Enumerable.Range(0, 41).Any(w =>
            {
                var (x, y) = (w / 40.0 * a.Item.MajorityAccuracy + (1 - w / 40.0) * b.MajorityAccuracy, w / 40.0 * a.Item.MinorityAccuracy + (1 - w / 40.0) * b.MinorityAccuracy);
                return x >= point.MajorityAccuracy - 1e-12 && y >= point.MinorityAccuracy - 1e-12 && (x > point.MajorityAccuracy + 1e-9 || y > point.MinorityAccuracy + 1e-9);
            })));
            if (isBeaten)
                Assert.Contains(i, choice.BelowEdge);
            if (choice.UpperRightEdge.Contains(i))
                Assert.DoesNotContain(i, choice.BelowEdge);
        }
    }

    [Fact]
    public void A_square_with_points_on_its_sides_has_four_vertices()
    {
        SubpopulationPoint P(int x, int y) => new(x, 10, y, 10);
        var choice = SubpopulationFrontier.Of([P(5, 5), P(2, 2), P(8, 2), P(5, 2), P(8, 8), P(2, 8), P(8, 5), P(5, 8), P(8, 8)]);

        Assert.Equal([1, 2, 4, 5], choice.ConvexHull);
        Assert.Equal([4], choice.UpperRightEdge);
        Assert.Equal([4, 8], choice.ParetoFront);
        Assert.Equal([0, 1, 2, 3, 5, 6, 7], choice.BelowEdge);
        Assert.Equal(2, choice.BestByMajority);
        Assert.Equal(4, choice.BestByMinority);
        Assert.Equal(0.6, choice.Regret, 1e-12);
        Assert.True(choice.LowestMinority.Interval.Contains(0.2));
    }

    [Fact]
    public void One_model_and_models_in_a_column_are_their_own_edge()
    {
        SubpopulationPoint P(int x, int y) => new(x, 10, y, 10);

        Assert.Equal([0], SubpopulationFrontier.Of([P(5, 5)]).UpperRightEdge);
        var column = SubpopulationFrontier.Of([P(5, 2), P(5, 9), P(5, 4)]);
        Assert.Equal([1], column.UpperRightEdge);
        Assert.Equal([0, 1], column.ConvexHull);
        Assert.Equal([0, 2], column.BelowEdge);
    }

    private static SubpopulationPoint[] Draw(int seed, int count, int total)
    {
        var random = RandomStream.For(seed, "models");
        return [.. Enumerable.Range(0, count).Select(_ => new SubpopulationPoint(random.Next(total + 1), total, random.Next(total + 1), total))];
    }
}
