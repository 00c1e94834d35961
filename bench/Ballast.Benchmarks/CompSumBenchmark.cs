using Ballast.Learning.Adversarial;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Objectives.CompSum;
using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace Ballast.Benchmarks;

/// <summary>Forward and backward of a comp-sum loss against torch's cross-entropy, the inverse of the bound, and ten steps of ascent.</summary>
[MemoryDiagnoser]
public class CompSumBenchmark : IDisposable
{
    private Tensor scores = null!, labels = null!, inputs = null!;
    private Mlp network = null!;

    [Params(0, 1, 1.7)]
    public double Tau { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        set_num_threads(1);
        var weights = new Initialization(1, "comp-sum benchmark");
        scores = weights.Normal([4096, 100], 1).requires_grad_();
        labels = arange(4096, int64) % 100;
        inputs = weights.Uniform([128, 784], 0.5) + 0.5;
        network = new Mlp(784, [256], 100, seed: 1);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        foreach (var made in new IDisposable?[] { scores, labels, inputs, network })
            made?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public void Cross_entropy() => Pass(new CrossEntropyLoss());

    [Benchmark]
    public void Comp_sum() => Pass(new CompSumLoss(Tau));

    [Benchmark]
    public double Gamma() => ConsistencyBound.Gamma(Tau, 100, 0.01);

    [Benchmark]
    public void Ascent_of_ten_steps() =>
        Pgd.ForTraining(ThreatModel.Pixels(0.03)).Ascend(network, inputs, labels.narrow(0, 0, 128), AttackLoss.Of(new CompSumLoss(Tau)), AttackKeys.Range(0, 128)).Dispose();

    private void Pass(ClassificationLoss loss)
    {
        using var scope = NewDisposeScope();
        loss.Forward(scores, labels).backward();
        scores.grad!.zero_();
    }
}
