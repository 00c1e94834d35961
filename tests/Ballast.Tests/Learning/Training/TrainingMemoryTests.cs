using Ballast.Core;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Averaging;
using Ballast.Learning.Training.Feeding;
using Ballast.Tests.Shared;
using static Ballast.Tests.Learning.Training.TrainingSamples;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Training;

[Collection(TorchMemory.Name)]
public sealed class TrainingMemoryTests
{
    private static readonly TrainerOptions[] Ways =
    [
        new() { Epochs = 6, BatchSize = 16 },
        new() { Epochs = 6, BatchSize = 16, Transform = new Copied(), Views = 2, Averaging = new ExponentialAveraging(), EarlyStopping = new(), Accumulation = 3, ClipNorm = 1 },
        new() { Epochs = 6, BatchSize = 16, Averaging = new StochasticAveraging(2) },
    ];

    [Fact]
    public void A_training_holds_as_many_tensors_after_every_epoch_and_none_at_its_end()
    {
        foreach (var options in Ways)
        {
            using var folder = new TemporaryFolder();
            using var network = new Perceptron(6, 3, normalised: true);
            var counts = new EpochCounts();
            var before = TorchMemory.Settled();

            new Trainer(options with { Checkpoints = new(folder.Path) }).Train(network, TrainerTests.Plain(), Blobs(40, 40, 40), Blobs(9, 9, 9), counts);

            Assert.InRange(Tensor.TotalCount, 0, before);
            // The first steps make the optimiser's memory; a batch may be in the making ahead.
            Assert.InRange(counts.All[^1] - counts.All[1], -1, 1);
        }
    }

    [Fact]
    public void A_cancelled_training_leaves_no_tensor_behind()
    {
        using var network = new Perceptron(6, 3, normalised: true);
        var before = TorchMemory.Settled();

        for (var stop = 1; stop <= 17; stop++)
        {
            using var source = new CancellationTokenSource();
            var cancel = new CancelAt(source, stop);
            Assert.Throws<OperationCanceledException>(() => new Trainer(Ways[stop % 3]).Train(network, TrainerTests.Plain(), Blobs(40, 40, 40), Blobs(9, 9, 9), cancel, source.Token));
            Assert.InRange(Tensor.TotalCount, 0, before);
        }
    }

    [Fact]
    public void A_training_that_diverges_leaves_no_tensor_behind()
    {
        using var network = new Perceptron(6, 3);
        var data = Blobs(40, 40, 40);
        var broken = data.WithFeatures(data.Features.ToArray().Select((v, i) => i == 100 ? float.NaN : v).ToArray());
        var before = TorchMemory.Settled();

        foreach (var options in Ways)
            Assert.Throws<TrainingDivergedException>(() => new Trainer(options).Train(network, TrainerTests.Plain(), broken, Blobs(9, 9, 9)));

        Assert.InRange(Tensor.TotalCount, 0, before);
    }

    [Fact]
    public void Resident_memory_is_flat_over_20_epochs()
    {
        using var network = new SmallCnn(10);
        var resident = new EpochMemory();

        new Trainer(new() { Epochs = 20, BatchSize = 64 }).Train(network, TrainerTests.Plain(), Images(256), progress: resident);

        // 256 images are 0.8 MB and an epoch's activations some 10: a leak of either shows.
        var growth = resident.All[^1] - resident.All[4];
        Assert.True(growth < 8 << 20, $"Resident memory grew by {growth >> 10} KiB over 15 epochs.");
    }

    [Fact]
    public void Inference_leaves_the_outputs_alone_behind()
    {
        using var network = new Perceptron(6, 3, normalised: true);
        network.train();
        var data = Blobs(40, 40, 40);
        var before = TorchMemory.Settled();

        using (var logits = Inference.Logits(network, data, batchSize: 7))
            Assert.Equal([120, 3], logits.shape);
        using (var features = Inference.Features(network, data))
            Assert.Equal([120, 16], features.shape);
        _ = Inference.Probabilities(network, data);

        Assert.InRange(Tensor.TotalCount, 0, before);
        Assert.True(network.training);
    }

    private sealed class EpochCounts : IProgress<TrainingProgress>
    {
        public List<long> All { get; } = [];

        public void Report(TrainingProgress value)
        {
            if (value.EpochDone)
                All.Add(Tensor.TotalCount);
        }
    }

    private sealed class EpochMemory : IProgress<TrainingProgress>
    {
        public List<long> All { get; } = [];

        public void Report(TrainingProgress value)
        {
            if (!value.EpochDone)
                return;
            GC.Collect();
            GC.WaitForPendingFinalizers();
            All.Add(Environment.WorkingSet);
        }
    }

    private sealed class CancelAt(CancellationTokenSource source, int step) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step >= step)
                source.Cancel();
        }
    }

    private sealed class Copied : IBatchTransform
    {
        public IReadOnlyList<int> OutputShape(IReadOnlyList<int> sampleShape) => sampleShape;

        public BatchMix? Fill(Dataset data, ReadOnlyMemory<int> rows, BatchKey key, Memory<float> output)
        {
            for (var i = 0; i < rows.Length; i++)
                data.Row(rows.Span[i]).CopyTo(output.Span[(i * data.Width)..]);
            return null;
        }
    }
}
