using Ballast.Core;
using Ballast.Numerics.Sampling;

namespace Ballast.Tests.Numerics.Sampling;

public sealed class BetaSamplerTests
{
    [Theory]
    [InlineData(0.2, 0.2)]
    [InlineData(1, 1)]
    [InlineData(2.5, 0.7)]
    [InlineData(40, 60)]
    public void Mean_and_variance_are_those_of_the_distribution(double a, double b)
    {
        const int Draws = 40_000;
        var random = RandomStream.For(1, "beta");
        var values = Enumerable.Range(0, Draws).Select(_ => BetaSampler.Draw(random, a, b)).ToArray();
        var (mean, variance) = (a / (a + b), a * b / ((a + b) * (a + b) * (a + b + 1)));

        Assert.All(values, value => Assert.InRange(value, 0, 1));
        Assert.Equal(mean, values.Average(), 5 * Math.Sqrt(variance / Draws));
        Assert.Equal(1, values.Average(value => (value - mean) * (value - mean)) / variance, 0.05);
    }

    [Fact]
    public void Uniform_for_shapes_of_one()
    {
        var random = RandomStream.For(2, "beta");
        var values = Enumerable.Range(0, 10_000).Select(_ => BetaSampler.Draw(random, 1, 1)).Order().ToArray();

        Assert.InRange(values.Select((value, i) => Math.Abs(value - (i + 0.5) / values.Length)).Max(), 0, 0.02);
    }

    [Fact]
    public void Tiny_shapes_end_at_the_ends_and_are_never_NaN()
    {
        var random = RandomStream.For(3, "beta");
        Assert.All(Enumerable.Range(0, 1000).Select(_ => BetaSampler.Draw(random, 1e-9, 1e-9)), value => Assert.True(value is < 1e-9 or > 1 - 1e-9));
        Assert.Throws<ArgumentOutOfRangeException>(() => BetaSampler.Draw(random, 0, 1));
    }
}
