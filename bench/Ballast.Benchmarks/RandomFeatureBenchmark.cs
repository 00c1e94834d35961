using Ballast.Core;
using Ballast.Generalization.RandomFeatures;
using BenchmarkDotNet.Attributes;

namespace Ballast.Benchmarks;

/// <summary>One fit of a random-feature network on 2,000 rows of 10 columns, and the floor of its range on those rows.</summary>
[MemoryDiagnoser]
public class RandomFeatureBenchmark
{
    private const int Rows = 2000;
    private const int Width = 10;

    private double[] x = [], y = [];

    [Params(100, 500)]
    public int Neurons { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        var random = RandomStream.For(1, "random feature benchmark");
        x = [.. Enumerable.Range(0, Rows * Width).Select(_ => 2 * random.NextDouble() - 1)];
        y = [.. Enumerable.Range(0, Rows).Select(i => Math.Sin(5 * x[i * Width]) + x[i * Width + 1] + 0.1 * random.NextGaussian())];
    }

    [Benchmark]
    public RandomFeatureModel Fit() => new RandomFeatureRegressor(new RandomFeatureOptions { Neurons = Neurons }).Fit(x, y);

    [Benchmark]
    public FloorPoint Floor() => BandwidthAnalysis.FloorCurve(x, y, WeightDomain.Box(4), FeatureActivation.Tanh, new BandwidthOptions { KernelDraws = Neurons }).AtBudget();
}
