using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Averaging;
using Ballast.Learning.Training.Checkpoints;
using Ballast.Learning.Training.Feeding;
using Ballast.Learning.Training.Optimization;
using Ballast.Tests.Shared;
using static Ballast.Tests.Learning.Training.TrainingSamples;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Training;

/// <summary>What the trainer refuses, what it warns of, and how it stops.</summary>
public sealed class TrainerLimitsTests
{
    private static readonly TrainerOptions Short = new() { Epochs = 3, BatchSize = 32 };

    [Fact]
    public void Nonsense_in_the_options_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainerOptions { Epochs = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainerOptions { BatchSize = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainerOptions { Accumulation = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainerOptions { Views = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainerOptions { ClipNorm = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainerOptions { Threads = 0 });
        foreach (var rate in new[] { 0, -1e-3, double.NaN, double.PositiveInfinity })
            Assert.Throws<ArgumentOutOfRangeException>(() => new AdamOptions { LearningRate = rate });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SgdOptions { Momentum = 1.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamWOptions { WeightDecay = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExponentialAveraging(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(Patience: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateRule("", -1));
        Assert.Throws<ArgumentException>(() => new CheckpointOptions(" "));
    }

    [Fact]
    public void Samples_that_cannot_be_learnt_from_are_refused()
    {
        Refused("no samples", Short, Blobs(0, 0));
        Refused("one class alone, 'c0'", Short, Blobs(10));
        Refused("neither labels nor targets", Short, new Dataset(new float[12], 2, sampleShape: [6]));
        Refused("takes [6]", Short, Line(10));
        Refused("do not fill one batch of 32", Short with { PartialBatch = PartialBatch.Drop }, Blobs(5, 5));
        Refused("needs a validation set", Short with { EarlyStopping = new() }, Blobs(5, 5));
        Refused("cannot judge them", Short with { EarlyStopping = new(), Averaging = new StochasticAveraging(0) }, Blobs(5, 5), Blobs(5, 5));
        Refused("there are 3 epochs", Short with { Averaging = new StochasticAveraging(3) }, Blobs(5, 5));
        Refused("validation set is empty", Short, Blobs(5, 5), Blobs(0, 0));
        Refused("must have the training set's classes", Short, Blobs(5, 5), Blobs(5, 5, 5));
        Refused("Every parameter is frozen", Short with { Rates = new(new RateRule("", 0)) }, Blobs(5, 5));
        Refused("Nesterov", Short with { Optimizer = new SgdOptions { Nesterov = true } }, Blobs(5, 5));
    }

    [Fact]
    public void A_device_that_is_not_there_is_named()
    {
        Assert.SkipWhen(cuda.is_available(), "This machine has CUDA.");

        Refused("Use the device cpu", Short with { Device = TrainingDevice.Cuda }, Blobs(5, 5));
    }

    [Fact]
    public void Classes_without_training_samples_are_named()
    {
        using var network = new Perceptron(6, 4);

        var result = new Trainer(Short).Train(network, TrainerTests.Plain(), Blobs(20, 0, 20, 0));

        Assert.Equal(["No training sample has the classes 'c1', 'c3': the network cannot learn to predict them."], result.Warnings);
    }

    [Fact]
    public void A_loss_that_is_not_a_number_stops_training_and_says_where()
    {
        using var folder = new TemporaryFolder();
        using var network = new Perceptron(6, 2);
        var objective = new BreaksAt(5);

        var error = Assert.Throws<TrainingDivergedException>(() => new Trainer(Short with { Checkpoints = new(folder.Path) }).Train(network, objective, Blobs(60, 60)));

        Assert.Equal((1, 5L, 1e-3), (error.Epoch, error.Step, error.LearningRate));
        Assert.StartsWith("Training stopped in epoch 2, step 6: the loss is NaN. The learning rate was 1e-3, the largest absolute output ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith($"Lower the learning rate, warm it up, or clip the gradients. The last good checkpoint is {error.Checkpoint}.", error.Message, StringComparison.Ordinal);
        Assert.True(double.IsFinite(error.LargestOutput) && double.IsFinite(error.GradientNorm));
        Assert.Equal(Path.Combine(folder.Path, "checkpoint-000000000004.json"), error.Checkpoint);
        Assert.All(Weights(network), weight => Assert.True(float.IsFinite(weight)));
    }

    [Fact]
    public void A_gradient_that_is_not_finite_stops_training_before_the_step()
    {
        using var network = new Perceptron(6, 2);
        var before = Weights(network);

        var error = Assert.Throws<TrainingDivergedException>(() => new Trainer(Short).Train(network, new SteepRoot(), Blobs(60, 60)));

        Assert.Contains("step 1: the gradient norm is ", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Weights(network));
    }

    [Fact]
    public void Missing_values_are_blamed_where_the_batch_holds_them()
    {
        using var network = new Perceptron(6, 2);
        var data = Blobs(60, 60);
        var broken = data.WithFeatures(data.Features.ToArray().Select((v, i) => i == 10 ? float.NaN : v).ToArray());

        var error = Assert.Throws<TrainingDivergedException>(() => new Trainer(Short).Train(network, TrainerTests.Plain(), broken));

        Assert.EndsWith("The batch holds missing or infinite values: fill them in before training.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Early_stopping_keeps_the_best_epoch()
    {
        var (data, held) = (Blobs(20, 20, 20), Blobs(1, [30, 30, 30]));
        using var network = new Perceptron(6, 3, units: 64);

        var result = new Trainer(new() { Epochs = 200, BatchSize = 16, Optimizer = new AdamOptions { LearningRate = 0.03 }, EarlyStopping = new(Patience: 4) }).Train(network, TrainerTests.Plain(), data, held);

        var losses = result.History.Select(e => e.Validation!.Loss).ToArray();
        Assert.True(result.StoppedEarly);
        Assert.Equal(Array.IndexOf(losses, losses.Min()), result.BestEpoch);
        Assert.Equal(result.BestEpoch + 4, result.History[^1].Epoch);
        using var logits = Inference.Logits(network, held);
        using var labels = tensor(held.Labels.ToArray()).to(int64);
        Assert.Equal(losses.Min(), nn.functional.cross_entropy(logits, labels).item<float>(), 5);
    }

    [Fact]
    public void A_transform_that_fails_ends_training_with_its_own_error()
    {
        using var network = new Perceptron(6, 2);

        Assert.Throws<InvalidTimeZoneException>(() => new Trainer(Short with { Transform = new Failing() }).Train(network, TrainerTests.Plain(), Blobs(60, 60)));
    }

    private static void Refused(string why, TrainerOptions options, Dataset data, Dataset? validation = null)
    {
        using var network = new Perceptron(6, 2);
        Assert.Contains(why, Assert.ThrowsAny<ArgumentException>(() => new Trainer(options).Train(network, TrainerTests.Plain(), data, validation)).Message, StringComparison.Ordinal);
        Assert.All(network.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    private sealed class BreaksAt(int step) : Objective
    {
        private int calls;

        public override Tensor Loss(Network network, Batch batch) =>
            nn.functional.cross_entropy(network.call(batch.Inputs), batch.Labels!) * (calls++ == step ? double.NaN : 1);
    }

    /// <summary>The root has a finite value and no finite slope at 0.</summary>
    private sealed class SteepRoot : Objective
    {
        public override Tensor Loss(Network network, Batch batch) => (network.call(batch.Inputs).sum() * 0).sqrt();
    }

    private sealed class Failing : IBatchTransform
    {
        public IReadOnlyList<int> OutputShape(IReadOnlyList<int> sampleShape) => sampleShape;

        public BatchMix? Fill(Dataset data, ReadOnlyMemory<int> rows, BatchKey key, Memory<float> output) => throw new InvalidTimeZoneException();
    }
}
