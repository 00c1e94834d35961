namespace Ballast.Learning.Training.Checkpoints;

/// <summary>What a checkpoint says beside its tensors.</summary>
/// <param name="Settings">What must be the same for training to go on, by name.</param>
/// <param name="Position">How far training had come.</param>
/// <param name="OptimizerSteps">Steps that the optimiser counts for each parameter, where it does.</param>
internal sealed record CheckpointState(IReadOnlyDictionary<string, string> Settings, TrainingPosition Position, IReadOnlyDictionary<string, long> OptimizerSteps);
