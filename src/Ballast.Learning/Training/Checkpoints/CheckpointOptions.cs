using Ballast.Core;

namespace Ballast.Learning.Training.Checkpoints;

/// <summary>Where and how often the state of training is written. Training goes on from what the folder holds.</summary>
/// <param name="Folder">A folder of this training alone; made where absent.</param>
public sealed record CheckpointOptions(string Folder)
{
    private readonly int everyEpochs = 1;
    private readonly int? everySteps;

    /// <summary>A folder of this training alone.</summary>
    public string Folder { get; } = string.IsNullOrWhiteSpace(Folder) ? throw new ArgumentException("A checkpoint folder needs a name.", nameof(Folder)) : Folder;

    /// <summary>Epochs between checkpoints, at least 1.</summary>
    public int EveryEpochs { get => everyEpochs; init => everyEpochs = Guard.Positive(value, nameof(EveryEpochs)); }

    /// <summary>Steps between checkpoints inside epochs, at least 1; null writes at the end of epochs alone.</summary>
    public int? EverySteps { get => everySteps; init => everySteps = value is { } steps ? Guard.Positive(steps, nameof(EverySteps)) : null; }
}
