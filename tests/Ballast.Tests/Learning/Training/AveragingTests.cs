using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Averaging;
using Ballast.Learning.Training.Optimization;
using Ballast.Learning.Training.Sampling;
using static Ballast.Tests.Learning.Training.TrainingSamples;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Training;

public sealed class AveragingTests
{
    private static readonly Dataset Data = Blobs(40, 30, 20);
    private static readonly TrainerOptions Options = new() { Epochs = 4, BatchSize = 16, Seed = 2, Optimizer = new AdamOptions { LearningRate = 1e-2 } };

    [Fact]
    public void An_exponential_average_follows_every_step()
    {
        using var network = new Perceptron(6, 3);
        var watched = new Watched();
        var expected = Weights(network).Select(w => (double)w).ToArray();

        new Trainer(Options with { Averaging = new ExponentialAveraging(0.8) }).Train(network, watched, Data);

        for (var t = 0; t < watched.AfterSteps.Count; t++)
        {
            var decay = Math.Min(0.8, (1.0 + t) / (10.0 + t));
            expected = [.. expected.Zip(watched.AfterSteps[t], (average, w) => decay * average + (1 - decay) * w)];
        }
        Assert.Equal(24, watched.AfterSteps.Count);
        Assert.Equal(expected, Weights(network).Select(w => (double)w), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Validation_judges_the_average_and_leaves_the_weights_that_are_trained_alone()
    {
        using var averaged = new Perceptron(6, 3);
        using var validated = new Perceptron(6, 3);
        var options = Options with { Averaging = new ExponentialAveraging(0.99) };

        new Trainer(options).Train(averaged, TrainerTests.Plain(), Data);
        var result = new Trainer(options).Train(validated, TrainerTests.Plain(), Data, Blobs(1, [20, 20, 20]));

        Assert.Equal(Weights(averaged), Weights(validated));
        using var logits = Inference.Logits(validated, Blobs(1, [20, 20, 20]));
        using var labels = tensor(Blobs(1, [20, 20, 20]).Labels.ToArray()).to(int64);
        Assert.Equal(result.History[^1].Validation!.Loss, nn.functional.cross_entropy(logits, labels).item<float>(), 5);
    }

    [Fact]
    public void Stochastic_averaging_is_the_mean_over_epochs_with_fresh_statistics()
    {
        using var network = new Perceptron(6, 3, normalised: true);
        var watched = new Watched();

        new Trainer(Options with { Averaging = new StochasticAveraging(1) }).Train(network, watched, Data);

        var expected = Enumerable.Range(0, watched.AfterEpochs[0].Length).Select(i => watched.AfterEpochs.Skip(1).Average(w => (double)w[i]));
        Assert.Equal(expected, network.named_parameters().SelectMany(p => p.parameter.data<float>().ToArray()).Select(w => (double)w), (a, b) => Math.Abs(a - b) < 1e-5);

        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var state = network.state_dict();
        var sums = new InstanceSampler().Draw(Data, 2, epoch: 4, epochs: 4).Chunk(16)
            .Select(rows => nn.functional.linear(tensor(Data.Select(rows).Features.ToArray()).reshape(rows.Length, 6), state["hidden.weight"], state["hidden.bias"])).ToArray();
        Assert.True(state["norm.running_mean"].allclose(stack(sums.Select(s => s.mean([0]))).mean([0]), rtol: 1e-4, atol: 1e-5));
        Assert.True(state["norm.running_var"].allclose(stack(sums.Select(s => s.var(0, unbiased: true))).mean([0]), rtol: 1e-4, atol: 1e-5));
    }

    private sealed class Watched : Objective
    {
        public List<float[]> AfterSteps { get; } = [];

        public List<float[]> AfterEpochs { get; } = [];

        public override Tensor Loss(Network network, Batch batch) => nn.functional.cross_entropy(network.call(batch.Inputs), batch.Labels!);

        public override void StepTaken(Network network, long step) => AfterSteps.Add(Weights(network));

        public override void EpochEnded(Network network, int epoch) => AfterEpochs.Add([.. network.named_parameters().SelectMany(p => p.parameter.data<float>().ToArray())]);
    }
}
