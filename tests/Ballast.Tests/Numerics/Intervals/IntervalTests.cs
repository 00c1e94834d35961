using Ballast.Core;
using Ballast.Numerics.Intervals;
using Ballast.Numerics.Sampling;
using Ballast.Numerics.Significance;
using MathNet.Numerics.Distributions;

namespace Ballast.Tests.Numerics.Intervals;

public sealed class IntervalTests
{
    [Theory]
    // R: binom::binom.confint(..., methods = "wilson" / "exact")
    [InlineData(0, 10, 0, 0.277533, 0, 0.308498)]
    [InlineData(10, 10, 0.722467, 1, 0.691502, 1)]
    [InlineData(1, 10, 0.017876, 0.404150, 0.002529, 0.445016)]
    [InlineData(81, 263, 0.255289, 0.366201, 0.252738, 0.367584)]
    public void Wilson_and_Clopper_Pearson_give_known_intervals(int successes, int trials, double wilsonLow, double wilsonHigh, double exactLow, double exactHigh)
    {
        var (wilson, exact) = (BinomialInterval.Wilson(successes, trials), BinomialInterval.ClopperPearson(successes, trials));

        Assert.Equal([wilsonLow, wilsonHigh, exactLow, exactHigh], [wilson.Low, wilson.High, exact.Low, exact.High], (x, y) => Math.Abs(x - y) < 2e-3);
    }

    [Theory]
    [InlineData(3, 40)]
    [InlineData(1, 1_000_000)]
    [InlineData(400_000, 1_000_000)]
    public void Clopper_Pearson_ends_leave_exactly_half_the_error_outside(int successes, int trials)
    {
        var interval = BinomialInterval.ClopperPearson(successes, trials);

        Assert.Equal(0.025, 1 - new Binomial(interval.Low, trials).CumulativeDistribution(successes - 1), 1e-6);
        Assert.Equal(0.025, new Binomial(interval.High, trials).CumulativeDistribution(successes), 1e-6);
    }

    [Fact]
    public void No_trials_tell_nothing()
    {
        Assert.Equal(new Interval(0, 1), BinomialInterval.Wilson(0, 0));
        Assert.Equal(new Interval(0, 1), BinomialInterval.ClopperPearson(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => BinomialInterval.Wilson(3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => BinomialInterval.Wilson(1, 2, level: 1));
    }

    [Theory]
    [InlineData(0.3, 200)]
    [InlineData(0.5, 60)]
    public void Nominal_95_percent_intervals_cover_in_93_to_97_percent_of_simulations(double p, int rows)
    {
        const int Simulations = 1000;
        var (wilson, exact, bootstrap, stratified) = (0, 0, 0, 0);
        for (var s = 0; s < Simulations; s++)
        {
            var random = RandomStream.For(s, "coverage");
            var hits = (int)BinomialSampler.Draw(random, rows, p);
            wilson += BinomialInterval.Wilson(hits, rows).Contains(p) ? 1 : 0;
            exact += BinomialInterval.ClopperPearson(hits, rows).Contains(p) ? 1 : 0;
            // Skewed values with mean p, in two strata of the same law.
            var values = Enumerable.Range(0, rows).Select(_ => p + 0.5 * (random.NextGaussian() + 0.3 * (random.NextGaussian() is var z ? z * z - 1 : 0))).ToArray();
            var options = new BootstrapOptions { Draws = 200, Seed = s, MaxThreads = 1 };
            double Mean(ReadOnlySpan<int> chosen)
            {
                var sum = 0.0;
                foreach (var row in chosen)
                    sum += values[row];
                return sum / chosen.Length;
            }
            bootstrap += Bootstrap.Plain(rows, Mean, options).Interval.Contains(p) ? 1 : 0;
            stratified += Bootstrap.Stratified([.. Enumerable.Range(0, rows).Select(i => i % 2)], Mean, options).Interval.Contains(p) ? 1 : 0;
        }

        foreach (var covered in new[] { wilson, bootstrap, stratified })
            Assert.InRange(covered, 0.93 * Simulations, 0.97 * Simulations);
        Assert.True(exact >= 0.945 * Simulations, $"{exact}");
    }

    [Fact]
    public void A_bootstrap_is_the_same_for_any_number_of_threads_and_its_first_draws_are_a_prefix()
    {
        BootstrapDraws Run(int threads, int draws) => Bootstrap.Run(
            1, new BootstrapOptions { Draws = draws, Seed = 5, MaxThreads = threads }, "test", () => 0, (random, _, values) => values[0] = random.NextDouble());

        var (one, two, half) = (Run(1, 200).Sorted(0).ToArray(), Run(2, 200).Sorted(0).ToArray(), Run(2, 100).Sorted(0).ToArray());

        Assert.Equal(one, two);
        Assert.Subset(one.ToHashSet(), half.ToHashSet());
    }

    [Fact]
    public void Percentiles_are_interpolated_linearly_and_infinite_draws_do_no_harm()
    {
        Assert.Equal(1.3, Bootstrap.Quantile([1, 2, 3, 4], 0.1), 12);
        Assert.Equal(4, Bootstrap.Quantile([1, 2, 3, 4], 1));
        Assert.Equal(double.PositiveInfinity, Bootstrap.Quantile([1, double.PositiveInfinity, double.PositiveInfinity], 0.9));
        Assert.True(double.IsNaN(Bootstrap.Quantile([], 0.5)));
    }

    [Fact]
    public void Paired_differences_of_a_statistic_with_itself_are_zero()
    {
        var estimate = Bootstrap.Paired([0, 0, 1, 1], rows => rows[0], rows => rows[0]);

        Assert.Equal(new Estimate(0, new Interval(0, 0), 4), estimate);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(100_000)]
    public void Resamples_keep_the_size_of_every_stratum_and_have_multinomial_spread(int rows)
    {
        var strata = Enumerable.Range(0, rows).Select(i => i % 3 == 0 ? 1 : 0).ToArray();
        var resampler = new RowResampler(strata, 2);
        var multiplicities = new byte[rows];
        var (squares, cells) = (0.0, 0);
        for (var draw = 0; draw < 40; draw++)
        {
            resampler.Draw(RandomStream.For(draw, "resample"), multiplicities);
            Assert.Equal(strata.Count(s => s == 1), strata.Select((s, i) => s * multiplicities[i]).Sum());
            Assert.Equal(rows, multiplicities.Sum(m => m));
            foreach (var m in multiplicities)
                (squares, cells) = (squares + (m - 1.0) * (m - 1), cells + 1);
        }
        // Var of a multinomial cell of n: 1 - 1/n; averaged over the two strata.
        int[] sizes = [strata.Count(s => s == 0), strata.Count(s => s == 1)];
        var expected = strata.Average(s => 1 - 1.0 / sizes[s]);
        Assert.Equal(expected, squares / cells, 6 * Math.Sqrt(3.0 / cells));
    }

    [Theory]
    [InlineData(new[] { 3, 0, 5, 1 })]
    [InlineData(new[] { 400, 0, 90_000, 12 })]
    public void Grouped_resamples_have_the_mean_and_variance_of_a_multinomial(int[] sizes)
    {
        var resampler = new GroupedResampler(sizes);
        var (n, draws) = (sizes.Sum(), 20_000);
        var (sums, squares) = (new double[sizes.Length], new double[sizes.Length]);
        var counts = new int[sizes.Length];
        for (var d = 0; d < draws; d++)
        {
            resampler.Draw(RandomStream.For(d, "grouped"), counts);
            Assert.Equal(n, counts.Sum());
            for (var g = 0; g < counts.Length; g++)
                (sums[g], squares[g]) = (sums[g] + counts[g], squares[g] + (double)(counts[g] - sizes[g]) * (counts[g] - sizes[g]));
        }
        for (var g = 0; g < sizes.Length; g++)
        {
            var variance = sizes[g] * (1 - (double)sizes[g] / n);
            Assert.Equal(sizes[g], sums[g] / draws, 5 * Math.Sqrt(variance / draws));
            Assert.Equal(variance, squares[g] / draws, 0.06 * variance);
        }
    }

    [Theory]
    [InlineData(20, 0.3)]
    [InlineData(60, 0.4)]
    [InlineData(1000, 0.985)]
    [InlineData(5_000_000, 3e-6)]
    public void Binomial_draws_follow_the_binomial_law(int n, double p)
    {
        const int Draws = 40_000;
        var law = new Binomial(p, n);
        var counts = new Dictionary<long, int>();
        var random = RandomStream.For(9, "binomial");
        for (var d = 0; d < Draws; d++)
        {
            var k = BinomialSampler.Draw(random, n, p);
            counts[k] = counts.GetValueOrDefault(k) + 1;
        }
        var (chiSquared, cells) = (0.0, 0);
        for (var k = 0; k <= n && k < 2000; k++)
            if (Draws * law.Probability(k) is var expected and > 10)
            {
                chiSquared += Math.Pow(counts.GetValueOrDefault(k) - expected, 2) / expected;
                cells++;
            }
        Assert.InRange(ChiSquared.CDF(cells, chiSquared), 0.0005, 0.9995);
    }

    [Fact]
    public void One_sided_tests_give_known_values()
    {
        // Fisher's tea: 4 of 4 against 0 of 4 is 1/70, 3 of 4 against 1 of 4 is 17/70.
        Assert.Equal(1 / 70.0, OneSidedTest.Fisher(4, 4, 0, 4), 12);
        Assert.Equal(17 / 70.0, OneSidedTest.Fisher(3, 4, 1, 4), 12);
        Assert.Equal(1, OneSidedTest.Fisher(0, 4, 4, 4), 12);
        Assert.Equal(1 - StudentT.CDF(0, 1, 18, 2), OneSidedTest.Welch(2, 5, 10, 0, 5, 10), 10);
        Assert.Equal([0.03, 0.06, 0.06], OneSidedTest.Holm([0.01, 0.04, 0.03]), (x, y) => Math.Abs(x - y) < 1e-12);
    }
}
