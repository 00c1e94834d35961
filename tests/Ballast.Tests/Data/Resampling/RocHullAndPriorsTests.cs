using Ballast.Core;
using Ballast.Data.Resampling;
using FsCheck.Xunit;

namespace Ballast.Tests.Data.Resampling;

public sealed class RocHullAndPriorsTests
{
    [Fact]
    public void The_hull_drops_points_below_on_a_line_and_repeated()
    {
        RocPoint[] points = [new(0.1, 0.6), new(0.1, 0.6), new(0.2, 0.5), new(0.05, 0.3), new(0.4, 0.9), new(1, 0.2), new(0, 0)];

        Assert.Equal([new(0, 0), new(0.1, 0.6), new(0.4, 0.9), new(1, 1)], RocHull.Of(points));
        Assert.Equal(0.1 * 0.6 / 2 + 0.3 * 0.75 + 0.6 * 0.95, RocHull.Auc(points), 1e-12);
    }

    [Fact]
    public void No_points_give_one_half_and_a_perfect_one_gives_one()
    {
        Assert.Equal(0.5, RocHull.Auc([]));
        Assert.Equal(1, RocHull.Auc([new(0, 1)]));
        Assert.Throws<ArgumentException>(() => RocHull.Of([new(0.5, double.NaN)]));
        Assert.Throws<ArgumentException>(() => RocHull.Of([new(0.5, 1.5)]));
    }

    [Property(MaxTest = 100)]
    public void The_hull_is_concave_and_above_every_point_in_any_order(int seed, byte count)
    {
        var random = RandomStream.For(seed, "points");
        var points = Enumerable.Range(0, count % 30).Select(_ => new RocPoint(random.Next(11) / 10.0, random.Next(11) / 10.0)).ToArray();
        var shuffled = points.ToArray();
        random.Shuffle(shuffled.AsSpan());

        var hull = RocHull.Of(points);

        Assert.Equal(hull, RocHull.Of(shuffled));
        Assert.Equal(new RocPoint(0, 0), hull[0]);
        Assert.Equal(new RocPoint(1, 1), hull[^1]);
        for (var i = 1; i < hull.Length; i++)
        {
            var (a, b) = (hull[i - 1], hull[i]);
            // No point lies to the left of (above) a side.
            Assert.All(points, p => Assert.True(
                (b.FalsePositiveRate - a.FalsePositiveRate) * (p.TruePositiveRate - a.TruePositiveRate)
                - (b.TruePositiveRate - a.TruePositiveRate) * (p.FalsePositiveRate - a.FalsePositiveRate) <= 1e-12));
        }
    }

    [Fact]
    public void Two_classes_are_corrected_as_the_formula_says()
    {
        var correction = new PriorCorrection([0.98, 0.02], [0.5, 0.5]);
        double[] probabilities = [0.3, 0.7];

        correction.Apply(probabilities);

        var (w0, w1) = (0.98 / 0.5, 0.02 / 0.5);
        Assert.Equal(0.7 * w1 / (0.7 * w1 + 0.3 * w0), probabilities[1], 1e-15);
    }

    [Property(MaxTest = 50)]
    public void Probabilities_by_the_rule_of_bayes_come_back_exactly(int seed)
    {
        // p(k|x) is proportional to share_k * density_k(x): changing the shares and correcting must undo the change.
        var random = RandomStream.For(seed, "shares");
        double[] Draw() => [.. Enumerable.Range(0, 4).Select(_ => 0.05 + random.NextDouble())];
        static double[] Posterior(double[] shares, double[] density)
        {
            var joint = shares.Zip(density, (s, p) => s * p).ToArray();
            return [.. joint.Select(v => v / joint.Sum())];
        }

        var (before, after, density) = (Draw(), Draw(), Draw());
        var corrected = new PriorCorrection(before, after).Apply(new Predictions(Posterior(after, density), 4, new[] { 42 }));

        var expected = Posterior(before, density);
        for (var k = 0; k < 4; k++)
            Assert.Equal(expected[k], corrected[0, k], 1e-12);
        Assert.Equal(42, corrected.RowIds.Span[0]);
    }

    [Fact]
    public void The_correction_of_a_result_uses_its_shares()
    {
        var result = new RandomOverSampler().Resample(ResamplingData.Make([90, 10]));

        Assert.Equal([0.9 / 0.5, 0.1 / 0.5], PriorCorrection.For(result).Weights.ToArray());
    }

    [Fact]
    public void Shares_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new PriorCorrection([0.5, 0.5], [1, 0]));
        Assert.Throws<ArgumentException>(() => new PriorCorrection([0, 0], [1, 1]));
        Assert.Throws<ArgumentException>(() => new PriorCorrection([0.5, 0.5], [1, 1, 1]));
        Assert.ThrowsAny<ArgumentException>(() => new PriorCorrection([0.5, double.NaN], [1, 1]));
        Assert.ThrowsAny<ArgumentException>(() => new PriorCorrection([1.5, -0.5], [1, 1]));
    }
}
