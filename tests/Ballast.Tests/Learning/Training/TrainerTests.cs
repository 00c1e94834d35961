using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Feeding;
using Ballast.Learning.Training.Optimization;
using Ballast.Learning.Training.Sampling;
using Ballast.Learning.Training.Schedules;
using static Ballast.Tests.Learning.Training.TrainingSamples;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Tests.Learning.Training;

public sealed class TrainerTests
{
    private static readonly TrainerOptions Short = new() { Epochs = 5, BatchSize = 32, Optimizer = new AdamOptions { LearningRate = 1e-2 } };

    public static TheoryData<OptimizerOptions> Optimizers =>
        [new SgdOptions(), new SgdOptions { Momentum = 0.9, Nesterov = true, WeightDecay = 1e-4 }, new AdamOptions { LearningRate = 1e-2, WeightDecay = 1e-3 }, new AdamWOptions { LearningRate = 1e-2 }];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Blobs_are_learnt_with_every_optimiser(OptimizerOptions optimizer)
    {
        var (data, test) = (Blobs(100, 100, 100), Blobs(1, [50, 50, 50]));
        using var network = new Perceptron(6, 3);

        var result = new Trainer(Short with { Optimizer = optimizer, Epochs = 10 }).Train(network, Plain(), data, test);

        Assert.True(result.History[^1].Validation!.BalancedAccuracy > 0.93, $"{result.History[^1]}");
        Assert.True(result.History[^1].Loss < result.History[0].Loss);
        Assert.Equal(100, result.Steps);
        Assert.Equal(Inference.Classes(network, test), Inference.Probabilities(network, test).PredictedClasses());
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_optimiser_steps_as_its_paper_says(OptimizerOptions optimizer)
    {
        var data = Blobs(20, 12);
        using var network = new Perceptron(6, 2);
        var weights = network.named_parameters().Select(p => p.parameter.detach().to(float64).clone()).ToArray();
        var naive = new NaiveOptimizer(optimizer, weights);
        using var twin = new Perceptron(6, 2);

        new Trainer(Short with { Optimizer = optimizer, Epochs = 3, PartialBatch = PartialBatch.Keep, BatchSize = 32 }).Train(network, Plain(), data);
        using var inputs = SampleTensors.Inputs(data);
        using var labels = tensor(data.Labels.ToArray()).to(int64);
        for (var step = 0; step < 3; step++)
        {
            twin.zero_grad();
            functional.cross_entropy(twin.call(inputs), labels).backward();
            naive.Step([.. twin.named_parameters().Select(p => p.parameter.grad!.to(float64))]);
            using var gradients = no_grad();
            foreach (var (live, weight) in twin.named_parameters().Zip(weights))
                live.parameter.copy_(weight);
        }

        foreach (var (trained, weight) in network.named_parameters().Zip(weights))
            Assert.True(trained.parameter.to(float64).allclose(weight, rtol: 1e-4, atol: 1e-5), trained.name);
    }

    [Fact]
    public void A_line_is_learnt_from_targets()
    {
        var data = Line(400);
        using var network = new Perceptron(3, 1);

        var result = new Trainer(Short with { Epochs = 30 }).Train(network, new SquaredError(), data, Line(400));

        Assert.True(result.History[^1].Validation!.Loss < 0.2, $"{result.History[^1]}");
        Assert.Empty(result.History[^1].Validation!.Recalls);
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_whatever_threads_torch_had()
    {
        var one = Trained(3, threadsBefore: 1);

        Assert.Equal(one, Trained(3, threadsBefore: 2));
        Assert.NotEqual(one, Trained(4, threadsBefore: 1));

        static float[] Trained(int seed, int threadsBefore)
        {
            var threads = get_num_threads();
            set_num_threads(threadsBefore);
            using var network = new SmallCnn(3);
            new Trainer(new() { Epochs = 1, BatchSize = 64, Seed = seed, Sampler = new ClassBalancedSampler() }).Train(network, Plain(), Images(256, 3));
            Assert.Equal(threadsBefore, get_num_threads());
            set_num_threads(threads);
            return Weights(network);
        }
    }

    [Fact]
    public void Accumulated_batches_step_as_one_large_batch()
    {
        var data = Blobs(30, 20);
        using var large = new Perceptron(6, 2);
        using var parts = new Perceptron(6, 2);
        var sgd = new SgdOptions { LearningRate = 0.05 };

        var one = new Trainer(new() { Epochs = 4, BatchSize = 24, Optimizer = sgd }).Train(large, Plain(), data);
        var many = new Trainer(new() { Epochs = 4, BatchSize = 8, Accumulation = 3, Optimizer = sgd }).Train(parts, Plain(), data);

        Assert.Equal(one.Steps, many.Steps);
        Assert.Equal(12, many.Steps);
        Assert.Equal(Weights(large), Weights(parts), (a, b) => Math.Abs(a - b) < 1e-5f);
        Assert.Equal(one.History[^1].Loss, many.History[^1].Loss, 5);
    }

    [Fact]
    public void Long_gradients_are_shortened_to_the_given_norm()
    {
        using var network = new Perceptron(6, 2);
        var before = Weights(network);

        new Trainer(new() { Epochs = 1, BatchSize = 64, ClipNorm = 1e-3, Optimizer = new SgdOptions { LearningRate = 1 } }).Train(network, Plain(), Blobs(32, 32));

        Assert.Equal(1e-3, Math.Sqrt(Weights(network).Zip(before, (a, b) => (double)(a - b) * (a - b)).Sum()), 4e-5);
    }

    [Fact]
    public void A_partial_batch_is_kept_or_dropped()
    {
        Assert.Equal([32, 32, 6], Sizes(PartialBatch.Keep));
        Assert.Equal([32, 32], Sizes(PartialBatch.Drop));

        static int[] Sizes(PartialBatch partial)
        {
            var watched = new Watched();
            using var network = new Perceptron(6, 2);
            new Trainer(Short with { Epochs = 1, PartialBatch = partial }).Train(network, watched, Blobs(40, 30));
            return [.. watched.Rows.Select(rows => rows.Length)];
        }
    }

    [Fact]
    public void A_frozen_backbone_keeps_every_bit_and_its_statistics()
    {
        using var network = new Perceptron(6, 2, normalised: true);
        var before = network.state_dict().Where(t => !t.Key.StartsWith("head", StringComparison.Ordinal)).ToDictionary(t => t.Key, t => t.Value.to(float32).data<float>().ToArray());
        var head = network.LinearHead!.weight.data<float>().ToArray();

        new Trainer(Short with { Rates = ParameterRates.HeadOnly }).Train(network, Plain(), Blobs(40, 30));

        Assert.All(before, t => Assert.Equal(t.Value, network.state_dict()[t.Key].to(float32).data<float>().ToArray()));
        Assert.NotEqual(head, network.LinearHead!.weight.data<float>().ToArray());
        Assert.All(network.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    [Fact]
    public void The_backbone_moves_at_its_share_of_the_rate()
    {
        using var network = new Perceptron(6, 2);
        using var slow = new Perceptron(6, 2);
        var (start, one) = (Weights(network), new TrainerOptions { Epochs = 1, BatchSize = 128, Optimizer = new SgdOptions() });

        new Trainer(one).Train(network, Plain(), Blobs(40, 30));
        new Trainer(one with { Rates = ParameterRates.Backbone(0.25) }).Train(slow, Plain(), Blobs(40, 30));

        var hidden = 6 * 16 + 16;
        var (fast, quarter) = (Weights(network).Zip(start, (a, b) => a - b).ToArray(), Weights(slow).Zip(start, (a, b) => a - b).ToArray());
        Assert.Equal(fast[..hidden].Select(d => d / 4), quarter[..hidden], (a, b) => Math.Abs(a - b) < 1e-6f);
        Assert.Equal(fast[hidden..], quarter[hidden..]);
    }

    [Fact]
    public void The_rate_follows_the_schedule_and_progress_tells_it()
    {
        var reports = new Reports();
        using var network = new Perceptron(6, 2);

        var result = new Trainer(Short with { Epochs = 3, Schedule = new MultiStepRate([1]), BatchSize = 50 }).Train(network, Plain(), Blobs(50, 50), Blobs(10, 10), reports);

        Assert.Equal([1e-2, 1e-2, 1e-2, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3], reports.All.Select(r => r.LearningRate), (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal([1, 2, 2, 3, 4, 4, 5, 6, 6], reports.All.Select(r => r.Step));
        Assert.Equal([1e-2, 1e-3, 1e-3], result.History.Select(e => e.LearningRate), (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.All(reports.All, r => Assert.Equal(r.EpochDone, r.Validation is not null));
        Assert.Equal(result.History[^1].Validation, reports.All[^1].Validation);
        Assert.Equal(2, reports.All[^1].Validation!.Recalls.Count);
        Assert.Equal(new ProgressUpdate($"epoch 3 of 3, loss {result.History[^1].Loss:0.####}", 1), reports.All[^1].ToUpdate());
    }

    [Fact]
    public void Views_stand_one_after_the_other_with_their_labels()
    {
        var watched = new Watched();
        using var network = new Perceptron(6, 2);

        new Trainer(Short with { Epochs = 1, Views = 3 }).Train(network, watched, Blobs(20, 12));

        var rows = Assert.Single(watched.Rows);
        Assert.Equal(96, rows.Length);
        Assert.Equal(rows[..32], rows[32..64]);
        Assert.Equal(rows[..32], rows[64..]);
    }

    internal static SupervisedObjective Plain() => new(new CrossEntropyLoss());

    /// <summary>Mean squared error of one output.</summary>
    internal sealed class SquaredError : Objective
    {
        public override Tensor Loss(Network network, Batch batch) => functional.mse_loss(network.call(batch.Inputs), batch.Targets!);
    }

    private sealed class Reports : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> All { get; } = [];

        public void Report(TrainingProgress value) => All.Add(value);
    }

    /// <summary>Cross-entropy that keeps the rows it was shown.</summary>
    private sealed class Watched : Objective
    {
        public List<long[]> Rows { get; } = [];

        public override Tensor Loss(Network network, Batch batch)
        {
            Rows.Add(batch.Rows.data<long>().ToArray());
            return functional.cross_entropy(network.call(batch.Inputs), batch.Labels!);
        }
    }
}
