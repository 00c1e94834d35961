using Ballast.Core;
using Ballast.Learning.Objectives.CompSum;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Ballast.Tests.Learning.Objectives.CompSum;

public sealed class MinimizabilityGapTests
{
    private static readonly double[] taus = [0, 0.5, 1, 1.5, 1.9, 2, 2.5];

    [Property(MaxTest = 100)]
    public Property No_scores_do_better_than_the_best_conditional_risk() => Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
    {
        var random = RandomStream.For(seed, "best risk");
        var classes = 2 + random.Next(5);
        var q = ConsistencyBoundTests.Distribution(random, classes);
        var bound = 0.2 + 2 * random.NextDouble();
        foreach (var tau in taus)
        {
            var (best, bounded) = (ConditionalRisk.Best(tau, q), ConditionalRisk.Best(tau, q, bound));
            Assert.True(bounded >= best - 1e-10 * (1 + best));
            for (var draw = 0; draw < 20; draw++)
            {
                var z = Enumerable.Range(0, classes).Select(_ => bound * (2 * random.NextDouble() - 1)).ToArray();
                Assert.True(ConditionalRisk.Surrogate(tau, z, q) >= bounded - 1e-9 * (1 + bounded), $"tau {tau}");
            }
        }
    });

    [Property(MaxTest = 100)]
    public Property The_closed_form_is_attained_by_its_minimiser() => Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
    {
        var random = RandomStream.For(seed, "attained");
        var q = ConsistencyBoundTests.Distribution(random, 4);
        foreach (var tau in taus.Where(tau => tau < 1.9))
        {
            var z = Array.ConvertAll(q, value => Math.Log(value) / (2 - tau));

            Assert.Equal(ConditionalRisk.Best(tau, q), ConditionalRisk.Surrogate(tau, z, q), 1e-9 * (1 + ConditionalRisk.Best(tau, q)));
        }
    });

    [Fact]
    public void A_wide_box_does_not_bind_and_a_narrow_one_costs()
    {
        double[] q = [0.7, 0.2, 0.1];
        foreach (var tau in taus.Where(tau => tau < 2))
        {
            Assert.Equal(ConditionalRisk.Best(tau, q), ConditionalRisk.Best(tau, q, 50), 1e-9);
            Assert.True(ConditionalRisk.Best(tau, q, 0.01) > ConditionalRisk.Best(tau, q) + 1e-3);
        }
    }

    [Fact]
    public void A_certain_label_has_a_closed_form_in_the_box()
    {
        foreach (var tau in taus)
            Assert.Equal(MinimizabilityGap.DeterministicBestRisk(tau, 4, 1.5), ConditionalRisk.Best(tau, [0, 1, 0, 0], 1.5), 1e-12);
        Assert.Equal(Math.Log(1 + 3 * Math.Exp(-3)), MinimizabilityGap.DeterministicBestRisk(1, 4, 1.5), 1e-14);
    }

    [Fact]
    public void The_upper_bound_of_the_gap_can_rise_with_tau_when_labels_are_uncertain()
    {
        double[] q = [0.9, 0.1];
        var sumExponential = ConditionalRisk.Best(0, q);

        var bounds = new[] { 0.0, 1, 2 }.Select(tau => MinimizabilityGap.UpperBound(tau, sumExponential, ConditionalRisk.Best(tau, q))).ToArray();

        Assert.Equal(0, bounds[0], 1e-12);
        Assert.Equal(0.145, bounds[1], 5e-4);
        Assert.Equal(0.275, bounds[2], 5e-4);
    }

    [Fact]
    public void The_choice_of_tau_shows_class_factor_gap_and_bound()
    {
        double[] q = [0.6, 0.3, 0.1], z = [0.5, 0, 0];
        var rows = new[] { 0.5, 1, 1.5 }.Select(tau => (tau, ConditionalRisk.Surrogate(tau, z, q), ConditionalRisk.Best(tau, q)));

        var choices = TauChoice.Compare(3, ConditionalRisk.Surrogate(0, z, q), rows);

        Assert.Equal([1, 1, Math.Pow(3, 0.5)], choices.Select(choice => choice.ClassFactor));
        Assert.All(choices, choice => Assert.Equal(ConsistencyBound.Gamma(choice.Tau, 3, choice.SurrogateExcess), choice.Bound));
        Assert.All(choices, choice => Assert.True(choice.GapUpper >= 0));
    }

    [Fact]
    public void Random_starts_follow_the_seed()
    {
        double[] q = [0.5, 0.3, 0.2];

        Assert.Equal(ConditionalRisk.Best(1.8, q, 0.3, seed: 4), ConditionalRisk.Best(1.8, q, 0.3, seed: 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConditionalRisk.Best(1, q, 0));
    }
}
