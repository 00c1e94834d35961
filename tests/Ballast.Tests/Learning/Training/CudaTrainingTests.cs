using Ballast.Core;
using Ballast.Data.Images.Augmentation;
using Ballast.Evaluation.Metrics;
using Ballast.Learning.Adversarial;
using Ballast.Learning.LongTail;
using Ballast.Learning.Networks;
using Ballast.Learning.Tabular;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Averaging;
using Ballast.Learning.Training.Feeding;
using Ballast.Learning.Training.Optimization;
using Ballast.Learning.Training.Schedules;
using Ballast.Tests.Learning.Networks;
using Ballast.Tests.Learning.Tabular;
using Ballast.Tests.Shared;
using TorchSharp;
using static Ballast.Tests.Learning.Training.TrainingSamples;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Training;

/// <summary>Training on a graphics card gives what training on the processor gives, but for rounding.</summary>
[Collection(TorchMemory.Name)]
public sealed class CudaTrainingTests
{
    // Steps of plain gradient descent stay near each other; those of Adam are the sign of a gradient, which rounding turns.
    private static readonly TrainerOptions Short = new() { Epochs = 3, BatchSize = 24, Seed = 5, ClipNorm = 1, Optimizer = new SgdOptions { LearningRate = 0.05, Momentum = 0.9 } };

    private static readonly TrainerOptions[] Ways =
    [
        Short with { Averaging = new ExponentialAveraging(0.9), EarlyStopping = new(EarlyStoppingMetric.BalancedAccuracy, Patience: 2), Accumulation = 2 },
        Short with { Averaging = new StochasticAveraging(1), Rates = ParameterRates.Backbone(0.1) },
        Short with { Optimizer = new AdamWOptions(), Schedule = new WarmUp(1, new CosineRate()), Rates = ParameterRates.HeadOnly },
        Short with { Optimizer = new AdamOptions(), Views = 2, Transform = new Doubled() },
    ];

    public static TheoryData<string> Objectives => ObjectiveSuite.All;

    public static TheoryData<string> Networks => NetworkSamples.All;

    public static TheoryData<string> Methods => [.. LongTailMethods.Known.Names, "tau-norm:tau=1"];

    public static TheoryData<int> WayNumbers => [.. Enumerable.Range(0, Ways.Length)];

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Every_objective_trains_to_the_weights_of_the_processor(string name)
    {
        GraphicsCard.Require();

        var (expected, found) = (Trained(name, Short), Trained(name, Short with { Device = TrainingDevice.Cuda }));

        // Attacks move each number by the sign of its gradient, so that a step in many differs in one of them.
        GraphicsCard.AssertClose(expected, found, ObjectiveSuite.CaseOf(name).Honours.HasFlag(Honoured.Mixing) ? 1e-4 : 1e-2, name);
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Every_objective_goes_on_from_a_checkpoint(string name)
    {
        GraphicsCard.Require();
        var options = Short with { Device = TrainingDevice.Cuda };
        var whole = Trained(name, options);
        using var folder = new TemporaryFolder();
        var kept = options with { Checkpoints = new(folder.Path) };

        Assert.Throws<OperationCanceledException>(() => Trained(name, kept, stopAfter: 4));

        Assert.Equal(whole, Trained(name, kept));
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void The_same_seed_trains_to_the_same_bytes_on_the_card(string name)
    {
        GraphicsCard.Require();
        var options = Short with { Device = TrainingDevice.Cuda };

        Assert.Equal(Trained(name, options), Trained(name, options));
    }

    [Theory]
    [InlineData("small cnn")]
    [InlineData("resnet-32")]
    [InlineData("efficientnet tiny")]
    public void The_same_seed_trains_networks_of_images_to_the_same_bytes_on_the_card(string name)
    {
        GraphicsCard.Require();

        Assert.Equal(Run(), Run());

        float[] Run()
        {
            using var network = NetworkSamples.Make(name);
            var pixels = (int)network.InputShape.Aggregate((a, b) => a * b);
            var random = RandomStream.For(1, "pixels");
            var data = new Dataset(
                Enumerable.Range(0, 128 * pixels).Select(_ => (float)random.NextDouble()).ToArray(), 128, sampleShape: [.. network.InputShape.Select(extent => (int)extent)],
                labels: Enumerable.Range(0, 128).Select(i => i % 10).ToArray(), classNames: [.. Enumerable.Range(0, 10).Select(k => $"c{k}")]);
            new Trainer(new() { Epochs = 3, BatchSize = 64, Device = TrainingDevice.Cuda }).Train(network, TrainerTests.Plain(), data);
            return Numbers(network);
        }
    }

    [Fact]
    public void The_switch_for_kernels_of_one_order_is_where_libtorch_has_it() => Assert.True(DeterministicKernels.AreKnown || !OperatingSystem.IsLinux());

    [Theory]
    [MemberData(nameof(Objectives))]
    public void No_tensor_is_left_behind_over_steps(string name)
    {
        GraphicsCard.Require();
        var @case = ObjectiveSuite.CaseOf(name);
        using var network = @case.Network();
        var counts = new ObjectiveSuite.Counts();

        new Trainer(Short with { Epochs = 6, Device = TrainingDevice.Cuda }).Train(network, @case.Make(3), @case.Data, progress: counts);

        Assert.InRange(counts.All[^1] - counts.All[^2], long.MinValue, 0);
    }

    [Theory]
    [MemberData(nameof(WayNumbers))]
    public void Every_way_of_training_gives_the_weights_and_scores_of_the_processor(int way)
    {
        GraphicsCard.Require();

        var (expected, scores) = Run(Ways[way]);
        var (found, theirs) = Run(Ways[way] with { Device = TrainingDevice.Cuda });

        GraphicsCard.AssertClose(expected, found, 2e-3, $"{Ways[way]}");
        Assert.Equal(scores.History[^1].Validation!.Loss, theirs.History[^1].Validation!.Loss, 2e-2);
        Assert.Equal(scores.Steps, theirs.Steps);

        static (float[] Weights, TrainingResult Result) Run(TrainerOptions options)
        {
            using var network = new Perceptron(6, 3, normalised: true);
            var result = new Trainer(options).Train(network, TrainerTests.Plain(), Blobs(60, 30, 14), Blobs(1, [20, 20, 20]));
            return (Numbers(network), result);
        }
    }

    [Fact]
    public void Augmented_and_mixed_images_train_to_the_weights_of_the_processor()
    {
        GraphicsCard.Require();
        foreach (IBatchMixing mixing in new IBatchMixing[] { new Mixup(0.4, MixingUnit.Row), new CutMix() })
        {
            var options = Short with { Epochs = 2, BatchSize = 16, Transform = new ImageTransform(AugmentationPipeline.CropAndFlip, mixing) };

            GraphicsCard.AssertClose(Run(options), GraphicsCard.Exactly(() => Run(options with { Device = TrainingDevice.Cuda })), 1e-4, $"{mixing}");
        }

        static float[] Run(TrainerOptions options)
        {
            using var network = new SmallCnn(4);
            new Trainer(options).Train(network, TrainerTests.Plain(), Images(40, 4));
            return Numbers(network);
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_network_gives_the_outputs_and_gradients_of_the_processor(string name)
    {
        var card = GraphicsCard.Require();

        var (outputs, gradients) = Run(CPU);
        var (theirs, their) = GraphicsCard.Exactly(() => Run(card));

        GraphicsCard.AssertClose(outputs, theirs, 1e-4, $"{name}, outputs");
        GraphicsCard.AssertClose(gradients, their, 2e-3, $"{name}, gradients");

        (float[] Outputs, float[] Gradients) Run(Device device)
        {
            using var scope = NewDisposeScope();
            using var network = NetworkSamples.Make(name);
            NetworkSamples.Stir(network);
            network.to(device);
            var input = NetworkSamples.Input(network, 4).to(device);
            network.eval();
            var judged = network.call(input);
            network.train();
            network.BeginStep(3);
            network.call(input).square().sum().backward();
            return (GraphicsCard.Numbers(judged), [.. network.named_parameters().SelectMany(pair => GraphicsCard.Numbers(pair.parameter.grad!))]);
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_network_on_the_card_is_cloned_saved_and_described_as_it_is(string name)
    {
        var card = GraphicsCard.Require();
        using var scope = NewDisposeScope();
        using var network = NetworkSamples.Make(name);
        network.KeepInitialState();
        NetworkSamples.Stir(network);
        var before = Weights(network);
        network.to(card);
        using var folder = new TemporaryFolder();

        NetworkFile.Save(Path.Combine(folder.Path, "network.safetensors"), new SavedNetwork(network, []));
        using var clone = network.Clone();
        using var read = NetworkFile.Load(Path.Combine(folder.Path, "network.safetensors")).Network;

        Assert.Equal(before, Numbers(clone));
        Assert.Equal(before, Numbers(read));
        Assert.True(network.DistanceTravelled() > 0);
        Assert.NotEmpty(network.ToGraph().Nodes);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_of_the_last_layer_takes_a_network_on_the_card(string name)
    {
        var card = GraphicsCard.Require();
        var (train, held) = (Blobs(300, 60, 8), Blobs(1, [40, 40, 40]));

        GraphicsCard.AssertClose(Run(CPU), Run(card), 1e-3, name);

        float[] Run(Device device)
        {
            using var network = new Mlp(6, [8], 3, 4);
            new Trainer(new() { Epochs = 3, BatchSize = 32 }).Train(network, TrainerTests.Plain(), train);
            network.to(device);
            LongTailMethods.Known.Parse(name).Run(network, train, held, seed: 3, TestContext.Current.CancellationToken);
            using var logits = Inference.Logits(network, held);
            Assert.Equal(device.type, network.Head.parameters().First().device_type);
            return GraphicsCard.Numbers(logits);
        }
    }

    [Fact]
    public void Candidates_that_are_compared_on_the_card_decide_as_on_the_processor()
    {
        GraphicsCard.Require();

        foreach (var (expected, found) in Run(TrainingDevice.Cpu).Zip(Run(TrainingDevice.Cuda)))
            foreach (var (one, other) in expected.Runs.Zip(found.Runs))
                Assert.True(one.Decisions.Zip(other.Decisions).Count(pair => pair.First != pair.Second) <= 4, found.Candidate.Name);

        static IReadOnlyList<CandidateResult> Run(TrainingDevice device) => LongTailComparison.Run(
            [.. new[] { "ce", "balanced-softmax@sqrt", "ldam-drw", "ce+tau-norm", "ce+lws" }.Select(LongTailCandidate.Parse)],
            new LongTailComparisonOptions
            {
                Network = seed => new Mlp(6, [8], 3, seed),
                Train = Blobs(200, 40, 6),
                Test = Blobs(1, [30, 30, 30]),
                Validation = Blobs(2, [15, 15, 15]),
                Groups = ShotGroups.Thirds([200, 40, 6]),
                Trainer = Short with { Device = device },
                Seeds = [4, 5],
                Parallelism = 2,
            },
            cancellation: TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(TabularArchitecture.Mlp)]
    [InlineData(TabularArchitecture.ResNet)]
    public void Networks_of_tables_are_trained_on_the_card_and_predict_on_the_processor(TabularArchitecture architecture)
    {
        GraphicsCard.Require();
        var options = new NetworkOptions { Architecture = architecture, Hidden = [32], Width = 16, Blocks = 1, Epochs = 20, Optimizer = new AdamWOptions { LearningRate = 1e-2 }, Device = TrainingDevice.Cuda };
        var (train, fresh) = (TableSamples.Classes(400), TableSamples.Classes(200, seed: 2));

        var model = new NetworkClassifier(options).Fit(train);
        var amounts = new NetworkRegressor(options).Fit(TableSamples.Targets(400)).Predict(TableSamples.Targets(50, seed: 2));

        Assert.True(TableSamples.Accuracy(fresh, model.Predict(fresh)) > 0.5);
        Assert.All(amounts, amount => Assert.True(double.IsFinite(amount)));
    }

    [Fact]
    public void Attacks_on_the_card_break_what_they_break_on_the_processor()
    {
        GraphicsCard.Require();
        var data = Blobs(60, 60, 60);
        using var network = new Perceptron(6, 3);
        new Trainer(new() { Epochs = 8, BatchSize = 32 }).Train(network, TrainerTests.Plain(), data);
        foreach (var norm in Enum.GetValues<PerturbationNorm>())
        {
            var attacks = NamedAttack.Standard(new ThreatModel(norm, 1), 3, steps: 10).Concat(NamedAttack.Automatic(new ThreatModel(norm, 1), 3, iterations: 20)).ToArray();
            network.cpu();
            var expected = new RobustAccuracy(attacks).Measure(network, data);
            network.cuda();

            var found = new RobustAccuracy(attacks) { Device = TrainingDevice.Cuda, BatchSize = 128 }.Measure(network, data);

            Assert.InRange(expected.Robust.Value, 0.02, 0.98);
            Assert.Equal(expected.Clean.Value, found.Clean.Value);
            Assert.Equal(expected.Robust.Value, found.Robust.Value, 0.012);
            Assert.True(expected.Samples.Zip(found.Samples).Count(pair => pair.First.Outcome != pair.Second.Outcome) <= 2);
        }
    }

    private static float[] Numbers(Network network) => [.. network.named_parameters().Select(p => (Tensor)p.parameter).Concat(network.named_buffers().Select(b => b.buffer)).SelectMany(GraphicsCard.Numbers)];

    private static float[] Trained(string name, TrainerOptions options, int stopAfter = int.MaxValue)
    {
        var @case = ObjectiveSuite.CaseOf(name);
        using var network = @case.Network();
        using var source = new CancellationTokenSource();
        var objective = @case.Make(3);
        new Trainer(options).Train(network, objective, @case.Data, progress: new ObjectiveSuite.Stopper(source, stopAfter), cancellation: source.Token);
        return [.. Numbers(network), .. objective.NamedParameters.Select(p => (Tensor)p.Parameter).Concat(objective.State.Select(s => s.Tensor)).SelectMany(GraphicsCard.Numbers)];
    }

    private sealed class Doubled : IBatchTransform
    {
        public IReadOnlyList<int> OutputShape(IReadOnlyList<int> sampleShape) => sampleShape;

        public BatchMix? Fill(Dataset data, ReadOnlyMemory<int> rows, BatchKey key, Memory<float> output)
        {
            for (var i = 0; i < rows.Length * data.Width; i++)
                output.Span[i] = data.Row(rows.Span[i / data.Width])[i % data.Width] * (1 + key.View);
            return null;
        }
    }
}
