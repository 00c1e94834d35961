using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Images.Augmentation;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Feeding;
using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Benchmarks;

/// <summary>An epoch of 2,048 images of Fashion-MNIST's size in batches of 128, against the bare loop of the same network with one batch in memory. The goal: at least 95% of its samples a second.</summary>
[MemoryDiagnoser]
public class TrainingBenchmarks
{
    private const int Count = 2048;
    private const int Batch = 128;
    private Dataset data = null!;

    [GlobalSetup]
    public void Setup()
    {
        var random = RandomStream.For(1, "benchmark images");
        var features = new float[Count * 784];
        for (var i = 0; i < features.Length; i++)
            features[i] = (float)random.NextDouble();
        data = new Dataset(
            features, Count, sampleShape: [1, 28, 28], labels: Enumerable.Range(0, Count).Select(i => i % 10).ToArray(), classNames: [.. Enumerable.Range(0, 10).Select(k => $"{k}")]);
        set_num_threads(1);
    }

    [Benchmark(Baseline = true)]
    public void BareLoop()
    {
        using var scope = NewDisposeScope();
        using var network = Fresh();
        using var optimizer = optim.Adam(network.parameters(), 1e-3);
        var (inputs, labels) = (tensor(data.Features[..(Batch * 784)].ToArray()).reshape(Batch, 1, 28, 28), tensor(data.Labels[..Batch].ToArray()).to(int64));
        for (var step = 0; step < Count / Batch; step++)
        {
            using var inner = NewDisposeScope();
            optimizer.zero_grad();
            functional.cross_entropy(network.call(inputs), labels).backward();
            optimizer.step();
        }
    }

    [Benchmark]
    public TrainingResult Trainer() => Train(transform: null);

    [Benchmark]
    public TrainingResult TrainerWithCropsAndFlips() => Train(new ImageTransform(AugmentationPipeline.CropAndFlip));

    private TrainingResult Train(IBatchTransform? transform)
    {
        using var network = Fresh();
        return new Trainer(new() { Epochs = 1, BatchSize = Batch, Transform = transform }).Train(network, new SupervisedObjective(new CrossEntropyLoss()), data);
    }

    private static SmallCnn Fresh() => new SmallCnn(new ImageShape(1, 28, 28), 10, seed: 1);
}
