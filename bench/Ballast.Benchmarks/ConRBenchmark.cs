using Ballast.Core;
using Ballast.Learning.Regression;
using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace Ballast.Benchmarks;

/// <summary>Forward and backward of the regularisers of features beside one matrix product of the same features, on one thread; Rows counts both views.</summary>
public class ConRBenchmark
{
    private readonly ConRLoss conr = new(window: 1, temperature: 0.2);
    private readonly RankSimLoss ranks = new();
    private Tensor features = empty(0);
    private Tensor labels = empty(0);
    private Tensor predictions = empty(0);

    [Params(128, 512)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        set_num_threads(1);
        var random = RandomStream.For(1, "benchmark");
        float[] Gaussians(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())];
        features = tensor(Gaussians(Rows * 64), [Rows, 64]).requires_grad_();
        labels = tensor(Enumerable.Range(0, Rows).Select(_ => (float)random.Next(60)).ToArray(), [Rows, 1]);
        predictions = labels + 3 * tensor(Gaussians(Rows), [Rows, 1]);
    }

    [Benchmark(Baseline = true)]
    public void MatrixProduct()
    {
        using var scope = NewDisposeScope();
        features.matmul(features.t()).sum().backward();
    }

    [Benchmark]
    public void ConR()
    {
        using var scope = NewDisposeScope();
        conr.Forward(features, labels, predictions).backward();
    }

    [Benchmark]
    public void RankSim()
    {
        using var scope = NewDisposeScope();
        ranks.Forward(features, labels, predictions).backward();
    }
}
