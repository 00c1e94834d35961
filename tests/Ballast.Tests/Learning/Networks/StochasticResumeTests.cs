using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Onnx;
using Ballast.Learning.Training;
using Ballast.Tests.Exchange.Networks;
using Ballast.Tests.Learning.Training;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Learning.Networks;

public sealed class StochasticResumeTests
{
    private static readonly Dataset Table = TrainingSamples.Blobs(40, 20, 10);

    public static TheoryData<string> Kinds { get; } = ["dropout", "tabular residual network", "stochastic depth", "dropout of an imported network"];

    [Theory, MemberData(nameof(Kinds))]
    public void A_training_with_random_masks_goes_on_to_the_same_weights_bit_for_bit(string kind)
    {
        var options = new TrainerOptions { Epochs = 2, BatchSize = 10, Accumulation = 2, Seed = 3 };
        var whole = Train(kind, options, stopAfter: long.MaxValue);

        foreach (var stop in new long[] { 1, 3 })
        {
            using var folder = new TemporaryFolder();
            var kept = options with { Checkpoints = new(folder.Path) };
            Assert.Throws<OperationCanceledException>(() => Train(kind, kept, stop));

            Assert.Equal(whole, Train(kind, kept, long.MaxValue));
        }
    }

    private static float[] Train(string kind, TrainerOptions options, long stopAfter)
    {
        using Network network = kind switch
        {
            "dropout" => new MlpConfiguration(6, [16], 3) { Dropout = 0.4 }.Create(seed: 5),
            "tabular residual network" => new TabularResNetConfiguration(new(6, []), 3) { Width = 8, HiddenDropout = 0.3, ResidualDropout = 0.3 }.Create(seed: 5),
            "stochastic depth" => new EfficientNetConfiguration(new(1, 8, 8), 3, 0.01, 0.34, 0.2) { StemStride = 1, StochasticDepth = 0.5 }.Create(seed: 5),
            _ => new ImportedNetwork(SampleNetworks.Get("perceptron")),
        };
        using var source = new CancellationTokenSource();
        var data = kind == "stochastic depth" ? Images() : Table;
        new Trainer(options).Train(network, new SupervisedObjective(new CrossEntropyLoss()), data, progress: new Stopper(source, stopAfter), cancellation: source.Token);
        return TrainingSamples.Weights(network);
    }

    private static Dataset Images()
    {
        var random = RandomStream.For(1, "small images");
        var labels = Enumerable.Range(0, 40).Select(i => i % 3).ToArray();
        return new Dataset(
            Enumerable.Range(0, 40 * 64).Select(i => (float)random.NextGaussian() + labels[i / 64]).ToArray(), 40, sampleShape: [1, 8, 8], labels: labels, classNames: ["a", "b", "c"]);
    }

    private sealed class Stopper(CancellationTokenSource source, long stopAfter) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step >= stopAfter && !value.EpochDone)
                source.Cancel();
        }
    }
}
