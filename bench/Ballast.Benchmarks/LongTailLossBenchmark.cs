using Ballast.Core;
using Ballast.Learning.LongTail;
using Ballast.Learning.Objectives;
using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace Ballast.Benchmarks;

/// <summary>Forward and backward of the long-tail losses beside torch's plain cross-entropy, on one thread.</summary>
public class LongTailLossBenchmark
{
    private Tensor logits = empty(0);
    private Tensor labels = empty(0);
    private ClassificationLoss loss = new CrossEntropyLoss();

    [Params(10, 1000)]
    public int Classes { get; set; }

    [Params("ce", "balanced-softmax", "cb", "focal", "ldam-drw:start=0")]
    public string Loss { get; set; } = "ce";

    [GlobalSetup]
    public void Draw()
    {
        set_num_threads(1);
        var random = RandomStream.For(1, "benchmark");
        var values = new float[128 * Classes];
        foreach (ref var value in values.AsSpan())
            value = (float)random.NextGaussian();
        logits = tensor(values, [128, Classes]).requires_grad_();
        labels = tensor(Enumerable.Range(0, 128).Select(_ => (long)random.Next(Classes)).ToArray());
        loss = LongTailLosses.Known.Parse(Loss)([.. Enumerable.Range(1, Classes)]);
        loss.EpochBegun(0, 1);
    }

    [Benchmark(Baseline = true)]
    public void TorchCrossEntropy()
    {
        using var scope = NewDisposeScope();
        nn.functional.cross_entropy(logits, labels).backward();
    }

    [Benchmark]
    public void ForwardBackward()
    {
        using var scope = NewDisposeScope();
        loss.Forward(logits, labels).backward();
    }
}
