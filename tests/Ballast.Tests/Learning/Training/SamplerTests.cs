using Ballast.Core;
using Ballast.Learning.Training.Sampling;
using static Ballast.Tests.Learning.Training.TrainingSamples;

namespace Ballast.Tests.Learning.Training;

public sealed class SamplerTests
{
    private static readonly int[] Counts = [1000, 300, 40, 0, 10];
    private static readonly Dataset Data = Blobs(Counts);

    public static TheoryData<Sampler> All => [new InstanceSampler(), new ClassBalancedSampler(), new SquareRootSampler(), new ProgressivelyBalancedSampler(), new EffectiveNumberSampler()];

    public static TheoryData<ClassSampler, int, double[]> Probabilities => new()
    {
        { new ClassBalancedSampler(100_000), 0, [0.25, 0.25, 0.25, 0, 0.25] },
        { new SquareRootSampler(100_000), 0, Normalised([.. Counts.Select(n => Math.Sqrt(n))]) },
        { new ProgressivelyBalancedSampler(100_000), 0, Normalised([.. Counts.Select(n => (double)n)]) },
        { new ProgressivelyBalancedSampler(100_000), 3, [.. Counts.Select(n => 0.25 * n / 1350 + (n > 0 ? 0.75 / 4 : 0))] },
        { new EffectiveNumberSampler(0, 100_000), 0, Normalised([.. Counts.Select(n => (double)n)]) },
        { new EffectiveNumberSampler(0.99, 100_000), 0, Normalised([.. Counts.Select(n => n == 0 ? 0 : n * 0.01 / (1 - Math.Pow(0.99, n)))]) },
    };

    [Theory]
    [MemberData(nameof(Probabilities))]
    public void Classes_are_drawn_as_often_as_their_probability_says(ClassSampler sampler, int epoch, double[] expected)
    {
        var drawn = sampler.Draw(Data, seed: 5, epoch, epochs: 4);

        Assert.Equal(expected, sampler.ClassProbabilities(Counts, epoch, 4), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.True(ChiSquare(drawn, row => Data.Labels.Span[row], [.. expected.Select(p => p * drawn.Length)]) < 25, "chi-square of 3 degrees beyond its 0.99998 quantile");
    }

    [Fact]
    public void Inside_a_class_every_sample_is_drawn_alike()
    {
        var drawn = new ClassBalancedSampler(40_000).Draw(Data, seed: 1, epoch: 0, epochs: 1).Where(row => Data.Labels.Span[row] == 2).ToArray();

        var chi = ChiSquare(drawn, row => row, [.. Enumerable.Range(0, Data.Count).Select(row => Data.Labels.Span[row] == 2 ? drawn.Length / 40.0 : 0)]);

        Assert.InRange(chi, 10, 90);
    }

    [Fact]
    public void An_instance_epoch_shows_every_sample_once()
    {
        var drawn = new InstanceSampler().Draw(Data, seed: 1, epoch: 2, epochs: 3);

        Assert.Equal(Enumerable.Range(0, Data.Count), drawn.Order());
        Assert.NotEqual(Enumerable.Range(0, Data.Count), drawn);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_order_depends_on_seed_and_epoch_alone(Sampler sampler)
    {
        var drawn = sampler.Draw(Data, seed: 1, epoch: 1, epochs: 3);

        sampler.Draw(Data, seed: 1, epoch: 0, epochs: 3);

        Assert.Equal(sampler.DrawsPerEpoch(Data), drawn.Length);
        Assert.Equal(drawn, sampler.Draw(Data, seed: 1, epoch: 1, epochs: 3));
        Assert.NotEqual(drawn, sampler.Draw(Data, seed: 2, epoch: 1, epochs: 3));
        Assert.NotEqual(drawn, sampler.Draw(Data, seed: 1, epoch: 2, epochs: 3));
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassBalancedSampler(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EffectiveNumberSampler(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EffectiveNumberSampler(-0.1));
        Assert.Throws<ArgumentException>(() => new SquareRootSampler().Draw(Line(10), 0, 0, 1));
    }

    private static double[] Normalised(double[] mass) => [.. mass.Select(m => m / mass.Sum())];

    private static double ChiSquare(int[] drawn, Func<int, int> cell, double[] expected)
    {
        var seen = new int[expected.Length];
        foreach (var row in drawn)
            seen[cell(row)]++;
        return seen.Zip(expected, (n, e) => e == 0 ? (n == 0 ? 0 : double.PositiveInfinity) : (n - e) * (n - e) / e).Sum();
    }
}
