using Ballast.Core;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Networks;
using Ballast.Numerics.Distributions;
using Ballast.Robustness.Disparity;
using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace Ballast.Benchmarks;

/// <summary>Twenty steps of each attack against as many bare passes forward and back, and the inner loops of accuracy disparity.</summary>
[MemoryDiagnoser]
public class AttackBenchmark : IDisposable
{
    private const int Batch = 128, Steps = 20;

    private readonly ThreatModel threat = ThreatModel.Pixels(0.03);
    private readonly SymmetricStable law = new(1.5);
    private Tensor labels = null!, inputs = null!;
    private Mlp network = null!;
    private float[] rows = null!;
    private int[] signs = null!;

    [GlobalSetup]
    public void Draw()
    {
        set_num_threads(1);
        var weights = new Initialization(1, "attack benchmark");
        inputs = weights.Uniform([Batch, 784], 0.5) + 0.5;
        labels = arange(Batch, int64) % 10;
        network = new Mlp(784, [256, 128], 10, seed: 1);
        network.eval();
        var random = RandomStream.For(1, "attack benchmark rows");
        rows = [.. Enumerable.Range(0, 4000 * 100).Select(_ => (float)random.NextGaussian())];
        signs = [.. Enumerable.Range(0, 4000).Select(i => i % 2 == 0 ? 1 : -1)];
    }

    [GlobalCleanup]
    public void Dispose()
    {
        foreach (var made in new IDisposable?[] { labels, inputs, network })
            made?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public void Bare_passes()
    {
        for (var step = 0; step < Steps; step++)
        {
            using var scope = NewDisposeScope();
            var leaf = inputs.detach().requires_grad_();
            autograd.grad([nn.functional.cross_entropy(network.call(leaf), labels, reduction: nn.Reduction.Sum)], [leaf]);
        }
    }

    [Benchmark]
    public void Projected_ascent() => Run(new Pgd(threat) { Steps = Steps });

    [Benchmark]
    public void Automatic_steps() => Run(new AutoPgd(threat) { Iterations = Steps });

    [Benchmark]
    public double Stable_cdf() => law.Cdf(3.7);

    [Benchmark]
    public LinearClassifier Robust_logistic_regression_of_ten_steps() => new RobustLogisticRegression(PerturbationNorm.LInfinity, 0.1) { Steps = 10 }.Fit(rows, 100, signs);

    private void Run(Attack attack)
    {
        using var scope = NewDisposeScope();
        attack.Run(network, inputs, labels, AttackLoss.CrossEntropy, AttackKeys.Range(0, Batch));
    }
}
