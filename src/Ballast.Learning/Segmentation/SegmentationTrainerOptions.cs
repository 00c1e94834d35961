using Ballast.Core;
using Ballast.Data.Segmentation;
using Ballast.Learning.Training;

namespace Ballast.Learning.Segmentation;

/// <summary>How a segmenter is trained: Adam, at the rate times (1 - step / steps)^power.</summary>
public sealed record SegmentationTrainerOptions
{
    private readonly int epochs = 8, batchSize = 20, threads = 1;
    private readonly double rate = 3e-3, power = 0.9;

    /// <summary>Passes over the images, at least 1.</summary>
    public int Epochs { get => epochs; init => epochs = Guard.Positive(value, nameof(Epochs)); }

    /// <summary>Images of a step, at least 1.</summary>
    public int BatchSize { get => batchSize; init => batchSize = Guard.Positive(value, nameof(BatchSize)); }

    /// <summary>Rate at the first step, above 0.</summary>
    public double LearningRate { get => rate; init => rate = Guard.Positive(value, nameof(LearningRate)); }

    /// <summary>Power of the schedule, at least 0; 0 keeps the rate.</summary>
    public double Power { get => power; init => power = Guard.NotNegative(value, nameof(Power)); }

    /// <summary>Drawn anew for every image and epoch; null for none.</summary>
    public SegmentationAugmentation? Augmentation { get; init; }

    /// <summary>Seed of order and augmentation.</summary>
    public int Seed { get; init; }

    /// <summary>Where the network is trained, and stays.</summary>
    public TrainingDevice Device { get; init; } = TrainingDevice.Cpu;

    /// <summary>Torch's threads, at least 1.</summary>
    public int Threads { get => threads; init => threads = Guard.Positive(value, nameof(Threads)); }
}
