using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Averaging;
using Ballast.Learning.Training.Checkpoints;
using Ballast.Learning.Training.Optimization;
using Ballast.Learning.Training.Sampling;
using Ballast.Learning.Training.Schedules;
using Ballast.Tests.Shared;
using static Ballast.Tests.Learning.Training.TrainingSamples;

namespace Ballast.Tests.Learning.Training;

public sealed class ResumeTests
{
    private static readonly Dataset Data = Blobs(60, 30, 14), Held = Blobs(1, [20, 20, 20]);
    private static readonly TrainerOptions Base = new() { Epochs = 4, BatchSize = 16, Seed = 7, Optimizer = new AdamOptions { LearningRate = 1e-2, WeightDecay = 1e-3 } };

    public static TheoryData<TrainerOptions> Ways =>
    [
        Base,
        Base with { Optimizer = new SgdOptions { Momentum = 0.9, Nesterov = true }, Schedule = new WarmUp(1, new CosineRate()), Sampler = new ClassBalancedSampler() },
        Base with { Optimizer = new AdamWOptions(), Averaging = new ExponentialAveraging(0.9), EarlyStopping = new(EarlyStoppingMetric.BalancedAccuracy, Patience: 2), Accumulation = 2, ClipNorm = 0.5 },
        Base with { Averaging = new StochasticAveraging(1), Rates = ParameterRates.Backbone(0.1), Sampler = new ProgressivelyBalancedSampler() },
    ];

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_training_stopped_anywhere_goes_on_to_the_same_weights_bit_for_bit(TrainerOptions options)
    {
        var (whole, wholeResult) = Run(options);

        for (var stop = 1; stop < wholeResult.Steps; stop += 3)
        {
            using var folder = new TemporaryFolder();
            var kept = options with { Checkpoints = new(folder.Path) };
            Assert.Throws<OperationCanceledException>(() => Run(kept, stopAfter: stop));
            Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp"));
            var (resumed, result) = Run(kept);

            Assert.True(result.Resumed);
            Assert.Equal(whole, resumed);
            Assert.Equal(wholeResult.History.Select(e => $"{e with { Validation = null }} {e.Validation?.Loss} {e.Validation?.MacroF1}"), result.History.Select(e => $"{e with { Validation = null }} {e.Validation?.Loss} {e.Validation?.MacroF1}"));
            Assert.Equal(wholeResult.BestEpoch, result.BestEpoch);
        }
    }

    [Fact]
    public void A_training_killed_between_checkpoints_goes_on_from_the_last_step_written()
    {
        var (whole, _) = Run(Base);
        using var folder = new TemporaryFolder();
        var options = Base with { Checkpoints = new(folder.Path) { EverySteps = 2 } };

        Assert.Throws<InvalidOperationException>(() => Run(options, failAfter: 12));

        Assert.Equal(["checkpoint-000000000010", "checkpoint-000000000012"], Manifests(folder).Select(Path.GetFileNameWithoutExtension));
        Assert.Equal(whole, Run(options).Weights);
        Assert.Equal(2, Manifests(folder).Length);
        Assert.Equal(whole, Run(options).Weights);
    }

    [Fact]
    public void A_checkpoint_cut_or_flipped_at_any_byte_is_known_and_the_one_before_is_used()
    {
        var (whole, _) = Run(Base with { Epochs = 2 });
        using var folder = new TemporaryFolder();
        var options = Base with { Epochs = 2, Checkpoints = new(folder.Path) { EverySteps = 3 } };
        Run(options);
        var newest = Manifests(folder)[^1];

        foreach (var path in new[] { newest, Path.ChangeExtension(newest, ".safetensors") })
        {
            var bytes = File.ReadAllBytes(path);
            for (var at = 0; at < bytes.Length; at += Math.Max(1, bytes.Length / 150))
            {
                File.WriteAllBytes(path, bytes[..at]);
                AssertDamaged(folder);
                var flipped = (byte[])bytes.Clone();
                flipped[at] ^= 0x41;
                File.WriteAllBytes(path, flipped);
                AssertDamaged(folder);
            }
            File.WriteAllBytes(path, bytes[..^1]);
            var (weights, result) = Run(options);
            Assert.Equal(whole, weights);
            Assert.Contains(result.Warnings, warning => warning.StartsWith("A damaged checkpoint was passed over: ", StringComparison.Ordinal));
            File.WriteAllBytes(path, bytes);
        }
    }

    [Fact]
    public void Damaged_checkpoints_alone_stop_with_the_file_named_and_stay()
    {
        using var folder = new TemporaryFolder();
        var options = Base with { Epochs = 2, Checkpoints = new(folder.Path) };
        Run(options);
        foreach (var manifest in Manifests(folder))
            File.WriteAllText(manifest, "{}");

        var error = Assert.Throws<DataFormatException>(() => Run(options));

        Assert.Equal(Manifests(folder)[^1], error.File);
        Assert.Equal(2, Manifests(folder).Length);
    }

    [Fact]
    public void Another_training_is_refused_with_the_difference_named()
    {
        using var folder = new TemporaryFolder();
        var options = Base with { Epochs = 1, Checkpoints = new(folder.Path) };
        Run(options);

        Assert.Contains("its seed is '7', here it is '8'", Assert.Throws<ArgumentException>(() => Run(options with { Seed = 8 })).Message, StringComparison.Ordinal);
        Assert.Contains("its optimizer is", Assert.Throws<ArgumentException>(() => Run(options with { Optimizer = new SgdOptions() })).Message, StringComparison.Ordinal);
        using var network = new Perceptron(6, 3, normalised: true);
        Assert.Contains("its training samples is", Assert.Throws<ArgumentException>(() => new Trainer(options).Train(network, TrainerTests.Plain(), Held, Held)).Message, StringComparison.Ordinal);
    }

    private static void AssertDamaged(TemporaryFolder folder)
    {
        var warnings = new List<string>();
        using var checkpoint = new CheckpointStore(folder.Path).Open(warnings);
        Assert.Single(warnings);
    }

    private static string[] Manifests(TemporaryFolder folder) => [.. Directory.GetFiles(folder.Path, "*.json").Order(StringComparer.Ordinal)];

    private static (float[] Weights, TrainingResult Result) Run(TrainerOptions options, int stopAfter = int.MaxValue, int failAfter = int.MaxValue)
    {
        using var network = new Perceptron(6, 3, normalised: true);
        using var source = new CancellationTokenSource();
        var result = new Trainer(options).Train(network, TrainerTests.Plain(), Data, Held, new Stopper(source, stopAfter, failAfter), source.Token);
        return (Weights(network), result);
    }

    private sealed class Stopper(CancellationTokenSource source, int stopAfter, int failAfter) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step >= stopAfter && !value.EpochDone)
                source.Cancel();
            if (value.Step > failAfter)
                throw new InvalidOperationException("killed");
        }
    }
}
