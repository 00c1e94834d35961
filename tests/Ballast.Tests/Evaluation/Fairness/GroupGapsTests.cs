using Ballast.Core;
using Ballast.Evaluation.Fairness;

namespace Ballast.Tests.Evaluation.Fairness;

public sealed class GroupGapsTests
{
    private const int Simulations = 1000;

    public static TheoryData<double[], int[]> Populations => new()
    {
        { [0.3, 0.3], [200, 200] },
        { [0.3, 0.5], [200, 60] },
        { [0.2, 0.2, 0.2, 0.2], [500, 120, 60, 40] },
        { [0.2, 0.25, 0.4, 0.4], [500, 120, 60, 40] },
        { [0.1, 0.6, 0.35], [300, 15, 25] },
        { [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.9], [100, 100, 100, 100, 100, 100, 100, 30] },
    };

    [Theory]
    [MemberData(nameof(Populations))]
    public void Intervals_of_the_largest_difference_and_the_ratio_cover(double[] rates, int[] sizes)
    {
        var (difference, ratio) = (rates.Max() - rates.Min(), rates.Min() / rates.Max());
        int covered = 0, coveredRatio = 0;
        for (var seed = 0; seed < Simulations; seed++)
        {
            var gap = GroupGaps.DemographicParity(Drawn(rates, sizes, seed), seed: seed);
            covered += gap.Difference.Interval.Contains(difference) ? 1 : 0;
            coveredRatio += gap.Ratio is { } own && own.Interval.Contains(ratio) ? 1 : 0;
        }

        Assert.InRange((double)covered / Simulations, 0.93, 1);
        Assert.InRange((double)coveredRatio / Simulations, 0.93, 1);
    }

    [Fact]
    public void Groups_that_are_alike_show_a_gap_of_zero_in_nineteen_of_twenty_draws()
    {
        double[] rates = [0.3, 0.3, 0.3, 0.3, 0.3];
        var excluded = Enumerable.Range(0, Simulations).Count(seed => GroupGaps.DemographicParity(Drawn(rates, [200, 200, 200, 200, 200], seed), seed: seed).Difference.Interval.Low > 0);

        Assert.InRange((double)excluded / Simulations, 0, 0.07);
    }

    [Fact]
    public void Gaps_are_those_of_the_definitions()
    {
        int[] groups = [0, 0, 0, 0, 1, 1, 1, 1, -1], labels = [1, 1, 0, 0, 1, 1, 0, 0, 1], decisions = [1, 1, 1, 0, 1, 0, 0, 0, 0];
        var rates = new GroupRates(groups, ["a", "b"], decisions, labels, positive: 1);

        Assert.Equal(0.5, GroupGaps.DemographicParity(rates).Difference.Value);
        Assert.Equal(0.5, GroupGaps.EqualOpportunity(rates).Difference.Value);
        Assert.Equal(0.5, GroupGaps.EqualisedOdds(rates).Difference.Value);
        Assert.Equal(1 / 3.0, GroupGaps.PredictiveParity(rates).Difference.Value, 1e-12);
        Assert.Equal(0, GroupGaps.AccuracyDifference(rates).Difference.Value);
        Assert.Equal(1 / 3.0, GroupGaps.DemographicParity(rates).Ratio!.Value.Value, 1e-12);
        Assert.Equal(("a", "b", 1), (GroupGaps.DemographicParity(rates).High, GroupGaps.DemographicParity(rates).Low, rates.UnknownRows));
    }

    [Fact]
    public void A_group_of_one_person_gets_a_wide_interval_and_one_without_positives_is_named()
    {
        int[] groups = [.. Enumerable.Repeat(0, 100), 1], labels = [.. Enumerable.Range(0, 100).Select(i => i % 2), 0], decisions = [.. Enumerable.Range(0, 100).Select(i => i % 2), 1];
        var rates = new GroupRates(groups, ["many", "one"], decisions, labels, positive: 1);

        var parity = GroupGaps.DemographicParity(rates);
        var opportunity = GroupGaps.EqualOpportunity(rates);

        Assert.True(parity.Difference.Interval.Width > 0.5);
        Assert.Equal(["one"], opportunity.LeftOut);
        Assert.True(double.IsNaN(opportunity.Difference.Value));
    }

    [Fact]
    public void Bad_input_is_named()
    {
        Assert.Throws<ArgumentException>(() => new GroupRates([0, 2], ["a", "b"], [0, 1], [], 1));
        Assert.Throws<ArgumentException>(() => new GroupRates([0], ["a"], [0, 1], [], 1));
        var unlabelled = new GroupRates([0, 1], ["a", "b"], [0, 1], [], 1);
        Assert.Throws<InvalidOperationException>(() => GroupGaps.EqualisedOdds(unlabelled));
        Assert.Single(GroupGaps.All(unlabelled));
        Assert.Throws<ArgumentOutOfRangeException>(() => GroupGaps.DemographicParity(unlabelled, level: 1));
    }

    private static GroupRates Drawn(double[] rates, int[] sizes, int seed)
    {
        var random = RandomStream.For(seed, "groups");
        int[] groups = [.. sizes.SelectMany((size, z) => Enumerable.Repeat(z, size))];
        return new GroupRates(groups, [.. sizes.Select((_, z) => $"g{z}")], [.. groups.Select(z => random.NextDouble() < rates[z] ? 1 : 0)], [], 1);
    }
}
