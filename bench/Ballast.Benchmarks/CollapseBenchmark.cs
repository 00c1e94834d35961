using Ballast.Core;
using Ballast.Generalization.Collapse;
using BenchmarkDotNet.Attributes;

namespace Ballast.Benchmarks;

/// <summary>NC1 to NC4 of a last layer, a prediction, and 6,000 steps of a model problem.</summary>
[MemoryDiagnoser]
public class CollapseBenchmark
{
    private float[] features = [];
    private int[] labels = [];
    private LinearLayer layer = new([1, 1], 2);
    private int[] counts = [];

    [Params(10, 100)]
    public int Classes { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        const int rows = 50_000, width = 512;
        var random = RandomStream.For(1, "collapse benchmark");
        labels = [.. Enumerable.Range(0, rows).Select(i => i % Classes)];
        features = [.. Enumerable.Range(0, rows * width).Select(_ => (float)random.NextGaussian())];
        layer = new LinearLayer([.. Enumerable.Range(0, Classes * width).Select(_ => random.NextGaussian())], Classes);
        counts = [.. Enumerable.Range(1, Classes).Select(k => 10 * k)];
    }

    [Benchmark]
    public CollapseReport Measure() => NeuralCollapse.Measure(features, labels, layer, CollapseTarget.Etf);

    [Benchmark]
    public GofPrediction Predict() => NeuralCollapse.Predict(counts, [1e-4, 1e-4], 1e-5);

    [Benchmark]
    public UnconstrainedFeatures Train_model_problem() =>
        UnconstrainedFeatures.Train(new() { ClassCounts = [100, 50, 20, 5], FeatureWidth = 8, LambdaW = [0.01, 0.01], LambdaH = 0.001 });
}
