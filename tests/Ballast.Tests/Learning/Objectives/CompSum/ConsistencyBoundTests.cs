using Ballast.Core;
using Ballast.Learning.Objectives.CompSum;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Ballast.Tests.Learning.Objectives.CompSum;

public sealed class ConsistencyBoundTests
{
    private static readonly double[] taus = [0, 0.3, 0.9, 1, 1.1, 1.5, 1.95, 2, 3];

    [Property(MaxTest = 300)]
    public Property A_0_1_excess_never_costs_more_than_the_bound_allows() => Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
    {
        var random = RandomStream.For(seed, "pointwise bound");
        var classes = 2 + random.Next(6);
        var (q, z) = (Distribution(random, classes), Enumerable.Range(0, classes).Select(_ => 4 * random.NextGaussian()).ToArray());
        foreach (var tau in taus)
        {
            var surrogate = ConditionalRisk.Surrogate(tau, z, q) - ConditionalRisk.Best(tau, q);
            var zeroOne = ConditionalRisk.ZeroOne(z, q) - ConditionalRisk.BestZeroOne(q);

            Assert.True(ConsistencyBound.T(tau, classes, zeroOne) <= surrogate + 1e-12 * (1 + Math.Abs(surrogate)), $"tau {tau}, classes {classes}");
        }
    });

    [Property(MaxTest = 200)]
    public Property Gamma_is_the_inverse_of_T_and_lies_below_its_upper_bound() => Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
    {
        var random = RandomStream.For(seed, "inverse");
        var (tau, classes, t) = (3 * random.NextDouble(), 2 + random.Next(100), random.NextDouble());
        var excess = ConsistencyBound.T(tau, classes, t);

        Assert.Equal(t, ConsistencyBound.Gamma(tau, classes, excess), 1e-8);
        Assert.True(t <= ConsistencyBound.GammaUpper(tau, classes, excess) * (1 + 1e-9));
    });

    [Fact]
    public void T_is_continuous_where_its_formula_changes()
    {
        foreach (var t in new[] { 1e-6, 0.01, 0.5, 0.999, 1 })
        {
            Assert.Equal(ConsistencyBound.T(1, 5, t), ConsistencyBound.T(1 - 1e-7, 5, t), 1e-5 * t);
            // Towards tau = 2 the limit is uniform in T, not in T / t.
            Assert.Equal(ConsistencyBound.T(2, 5, t), ConsistencyBound.T(2 - 1e-9, 5, t), 1e-9);
        }
    }

    [Fact]
    public void T_keeps_its_digits_near_zero()
    {
        // T_1(t) = t^2/2 + t^4/12 + ... and T_0(t) = 1 - sqrt(1 - t^2) = t^2/2 + t^4/8 + ...
        Assert.Equal(1, ConsistencyBound.T(1, 3, 1e-8) / 5e-17, 1e-12);
        Assert.Equal(1, ConsistencyBound.T(0, 3, 1e-8) / 5e-17, 1e-12);
        Assert.Equal(1 - Math.Sqrt(0.75), ConsistencyBound.T(0, 3, 0.5), 1e-14);
    }

    [Fact]
    public void The_bound_is_attained_by_two_equally_scored_top_classes()
    {
        // q = ((1+t)/2, (1-t)/2) with equal scores: the 0-1 excess is t if the tie goes the wrong way, the surrogate excess T(t).
        double[] q = [0.35, 0.65], z = [0, 0];
        foreach (var tau in new[] { 0, 0.5, 1 })
        {
            var surrogate = ConditionalRisk.Surrogate(tau, z, q) - ConditionalRisk.Best(tau, q);

            Assert.Equal(ConsistencyBound.T(tau, 2, 0.3), surrogate, 1e-14);
            Assert.Equal(0.3, ConsistencyBound.Gamma(tau, 2, surrogate), 1e-12);
        }
    }

    [Fact]
    public void Gamma_ends_at_1_and_begins_at_0()
    {
        Assert.Equal(1, ConsistencyBound.Gamma(1, 3, 10));
        Assert.Equal(0, ConsistencyBound.Gamma(1.5, 3, 0));
    }

    [Fact]
    public void Arguments_outside_their_ranges_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsistencyBound.T(-1, 3, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsistencyBound.T(1, 1, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsistencyBound.T(1, 3, 1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsistencyBound.Gamma(1, 3, -1e-9));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsistencyBound.Gamma(double.NaN, 3, 0.1));
        Assert.Throws<ArgumentException>(() => ConditionalRisk.Best(1, [0.5, 0.4]));
        Assert.Throws<ArgumentException>(() => ConditionalRisk.Best(1, [1.5, -0.5]));
    }

    [Fact]
    public void A_models_bound_covers_its_0_1_excess()
    {
        double[] scores = [0.1, 0, -1, 2, 0.5, 0], conditionals = [0.2, 0.7, 0.1, 0.5, 0.3, 0.2];

        var bound = ConsistencyBound.OfModel(1, scores, conditionals, 3);

        Assert.Equal(0.25, bound.ZeroOneExcess, 1e-14);
        Assert.True(bound.Slack >= 0);
        Assert.Equal(bound.Bound, MinimizabilityGap.ExcessErrorBound(1, 3, bound.SurrogateExcess - 0.01, 0.01), 1e-12);
    }

    internal static double[] Distribution(RandomStream random, int classes)
    {
        var q = Enumerable.Range(0, classes).Select(_ => Math.Pow(random.NextDouble(), 3) + 1e-6).ToArray();
        return Array.ConvertAll(q, value => value / q.Sum());
    }
}
