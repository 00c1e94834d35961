using Ballast.Learning.Training.Schedules;

namespace Ballast.Tests.Learning.Training;

public sealed class ScheduleTests
{
    private const int PerEpoch = 4;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(7, 1)]
    [InlineData(8, 0.5)]
    [InlineData(16, 0.25)]
    public void A_step_rate_is_cut_every_so_many_epochs(long step, double expected) =>
        Assert.Equal(expected, new StepRate(2, 0.5).Factor(step, PerEpoch, 10));

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 0.1)]
    [InlineData(23, 0.1)]
    [InlineData(24, 0.01)]
    public void A_multi_step_rate_is_cut_at_its_milestones(long step, double expected) =>
        Assert.Equal(expected, new MultiStepRate([1, 6]).Factor(step, PerEpoch, 10), 12);

    [Fact]
    public void A_cosine_falls_from_the_base_to_its_floor()
    {
        var cosine = new CosineRate(0.2);

        Assert.Equal(1, cosine.Factor(0, PerEpoch, 10), 12);
        Assert.Equal(0.6, cosine.Factor(20, PerEpoch, 10), 12);
        Assert.Equal(0.2, cosine.Factor(40, PerEpoch, 10), 12);
        Assert.Equal(cosine.Factor(4, PerEpoch, 10), (cosine with { Change = RateChange.EveryEpoch }).Factor(7, PerEpoch, 10), 12);
    }

    [Fact]
    public void A_warm_up_rises_in_a_line_and_hands_over()
    {
        var schedule = new WarmUp(2, new CosineRate());

        var factors = Enumerable.Range(0, 8).Select(step => schedule.Factor(step, PerEpoch, 10)).ToArray();

        Assert.Equal([.. Enumerable.Range(1, 8).Select(step => step / 8.0)], factors);
        Assert.Equal(1, schedule.Factor(8, PerEpoch, 10), 12);
        Assert.Equal(new CosineRate().Factor(5, PerEpoch, 8), schedule.Factor(13, PerEpoch, 10), 12);
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepRate(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepRate(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultiStepRate([0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineRate(1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WarmUp(0, new ConstantRate()));
    }
}
