using Ballast.Core;
using Ballast.Learning.Training.Averaging;
using Ballast.Learning.Training.Checkpoints;
using Ballast.Learning.Training.Feeding;
using Ballast.Learning.Training.Optimization;
using Ballast.Learning.Training.Sampling;
using Ballast.Learning.Training.Schedules;

namespace Ballast.Learning.Training;

/// <summary>How a network is trained, whatever the objective.</summary>
public sealed record TrainerOptions
{
    private readonly int epochs = 40, batchSize = 128, accumulation = 1, views = 1, threads = 1;
    private readonly double? clipNorm;

    /// <summary>Passes over the samples, at least 1.</summary>
    public int Epochs { get => epochs; init => epochs = Guard.Positive(value, nameof(Epochs)); }

    /// <summary>Samples of one forward pass, views not counted; at least 1.</summary>
    public int BatchSize { get => batchSize; init => batchSize = Guard.Positive(value, nameof(BatchSize)); }

    /// <summary>Batches whose gradients are added up before a step; each weighs by its samples, so that a mean loss equals that of one large batch. At least 1.</summary>
    public int Accumulation { get => accumulation; init => accumulation = Guard.Positive(value, nameof(Accumulation)); }

    /// <summary>What becomes of the samples that do not fill the last batch.</summary>
    public PartialBatch PartialBatch { get; init; } = PartialBatch.Keep;

    /// <summary>Views of each sample in a batch, at least 1; they differ where <see cref="Transform"/> draws at random.</summary>
    public int Views { get => views; init => views = Guard.Positive(value, nameof(Views)); }

    /// <summary>The optimiser with its base rate.</summary>
    public OptimizerOptions Optimizer { get; init; } = new AdamOptions();

    /// <summary>The factor on the base rate over time.</summary>
    public LearningRateSchedule Schedule { get; init; } = new ConstantRate();

    /// <summary>The factor on the rate by parameter; which are frozen.</summary>
    public ParameterRates Rates { get; init; } = ParameterRates.Uniform;

    /// <summary>Largest Euclidean norm of all gradients together, above 0; longer gradients are shortened to it. Null never shortens.</summary>
    public double? ClipNorm { get => clipNorm; init => clipNorm = value is { } norm ? Guard.Positive(norm, nameof(ClipNorm)) : null; }

    /// <summary>Weights averaged over training, which the network holds at the end; null keeps the last step's.</summary>
    public WeightAveraging? Averaging { get; init; }

    /// <summary>Chooses the samples of an epoch.</summary>
    public Sampler Sampler { get; init; } = new InstanceSampler();

    /// <summary>Changes the samples of each batch (augmentation, mixing); null shows them as they are.</summary>
    public IBatchTransform? Transform { get; init; }

    /// <summary>Ends training when a validation figure no longer improves, and keeps the best weights; needs a validation set.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>Where and how often the state of training is written; null writes nothing.</summary>
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; }

    /// <summary>Where the network computes.</summary>
    public TrainingDevice Device { get; init; } = TrainingDevice.Cpu;

    /// <summary>Torch's threads while training, at least 1. A setting rather than the machine's number of cores, because sums split over threads round differently.</summary>
    public int Threads { get => threads; init => threads = Guard.Positive(value, nameof(Threads)); }
}
