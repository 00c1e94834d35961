using Ballast.Core;
using Ballast.Numerics.Distributions;
using Ballast.Robustness.Disparity;

namespace Ballast.Tests.Robustness.Disparity;

public sealed class StableDisparityTests
{
    public static TheoryData<double> Alphas => [1, 1.05, 1.3, 1.5, 1.8, 1.97, 2];

    [Theory]
    [MemberData(nameof(Alphas))]
    public void The_cdf_rises_from_0_to_1_is_symmetric_and_has_the_density_as_its_slope(double alpha)
    {
        var law = new SymmetricStable(alpha);
        var before = 0.0;
        foreach (var x in new[] { -1e6, -300, -50.01, -49.99, -20, -5, -1.3, -0.4, -0.01, 0, 0.3, 1, 2.7, 11, 49.99, 50.01, 1e5 })
        {
            var value = law.Cdf(x);
            Assert.True(value >= before - 1e-9);
            Assert.Equal(1, value + law.Cdf(-x), 1e-12);
            const double step = 1e-3;
            Assert.Equal((law.Cdf(x + step) - law.Cdf(x - step)) / (2 * step), law.Density(x), 2e-5);
            before = value;
        }
        // Both branches agree where they meet.
        Assert.Equal(law.Cdf(-49.999999), law.Cdf(-50.000001), 1e-8);
        Assert.Equal(law.Density(49.999999), law.Density(50.000001), 1e-8);
    }

    [Theory]
    [MemberData(nameof(Alphas))]
    public void Draws_follow_the_cdf(double alpha)
    {
        var (law, random) = (new SymmetricStable(alpha), RandomStream.For(5, "stable draws"));
        var draws = Enumerable.Range(0, 4000).Select(_ => law.Sample(random)).Order().ToArray();

        // Kolmogorov's statistic; 1.95 has a probability of 0.001.
        var distance = Enumerable.Range(0, 40).Max(i => Math.Abs(law.Cdf(draws[i * 100]) - i * 100 / 4000.0));
        Assert.True(distance * Math.Sqrt(4000) < 1.95);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1.5)]
    [InlineData(1.9)]
    public void From_the_critical_ratio_on_the_rare_class_is_given_up(double alpha)
    {
        foreach (var margin in new[] { 0.7, 2, 4 })
        {
            var critical = AccuracyDisparity.CriticalRatio(margin, alpha);
            if (critical.Ratio > 1e6)
                continue;

            var (below, above) = (AccuracyDisparity.Stable([margin], alpha, 1, 0, critical.Ratio * 0.999), AccuracyDisparity.Stable([margin], alpha, 1, 0, critical.Ratio * 1.001));

            Assert.False(below.Collapsed);
            Assert.True(above.Collapsed);
            Assert.Equal((1, 0), (above.AccuracyFrequent, above.AccuracyRare));
            Assert.True(critical.LikelihoodRatioMaximum >= critical.Ratio);
        }
        Assert.True(AccuracyDisparity.CriticalRatio(2, alpha).Ratio > AccuracyDisparity.CriticalRatio(1, alpha).Ratio);
    }

    [Fact]
    public void A_normal_law_never_gives_up_and_agrees_with_the_Gaussian_forecast()
    {
        double[] mean = [1, -0.5, 0.2];
        var twice = new double[,] { { 2, 0, 0 }, { 0, 2, 0 }, { 0, 0, 2 } };

        var stable = AccuracyDisparity.Stable(mean, 2, 1, 0.15, 30);
        var gaussian = AccuracyDisparity.Gaussian(mean, twice, Ballast.Learning.Adversarial.PerturbationNorm.LInfinity, 0.15, 30);

        // ξ has variance 2, so that margins in units of scale differ by √2.
        Assert.Equal(gaussian.RobustMargin * Math.Sqrt(2), stable.RobustMargin, 1e-9);
        Assert.Equal(gaussian.AccuracyRare, stable.AccuracyRare, 1e-9);
        Assert.Equal(gaussian.ImbalanceEffectRare, stable.ImbalanceEffectRare, 1e-9);
        Assert.Equal(double.PositiveInfinity, AccuracyDisparity.CriticalRatio(1, 2).Ratio);
    }

    [Fact]
    public void Near_the_Cauchy_law_the_search_finds_what_the_closed_form_gives()
    {
        foreach (var ratio in new[] { 1.5, 3, 6 })
            Assert.Equal(
                AccuracyDisparity.Stable([2], 1, 1, 0, ratio).InterceptInUnitsOfScale, AccuracyDisparity.Stable([2], 1 + 1e-9, 1, 0, ratio).InterceptInUnitsOfScale, 1e-4);
    }

    [Fact]
    public void Bad_input_is_refused_and_a_box_that_reaches_the_mean_leaves_nothing()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => AccuracyDisparity.Stable([1], 0.9, 1, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => AccuracyDisparity.Stable([1], 2.1, 1, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => AccuracyDisparity.Stable([1], 1, 0, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => AccuracyDisparity.CriticalRatio(-1));
        Assert.True(AccuracyDisparity.Stable([0.3, -0.1], 1.5, 1, 0.3, 2).Collapsed);
        Assert.Equal(1, AccuracyDisparity.CriticalRatio(0).Ratio);
    }
}
