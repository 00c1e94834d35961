using Ballast.Core;

namespace Ballast.Learning.Training;

/// <summary>Where training is: after a step, or after an epoch when <paramref name="Validation"/> may be there.</summary>
/// <param name="Epoch">Epoch from 0.</param>
/// <param name="Epochs">Epochs planned.</param>
/// <param name="Step">Steps made since training began.</param>
/// <param name="Steps">Steps planned.</param>
/// <param name="Loss">Mean training loss since the epoch began.</param>
/// <param name="LearningRate">Base rate of the step.</param>
/// <param name="EpochDone">Whether this report ends an epoch.</param>
/// <param name="Validation">Validation loss and per-class recalls at the end of an epoch; null otherwise or without a validation set.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, long Step, long Steps, double Loss, double LearningRate, bool EpochDone = false, ValidationScores? Validation = null)
{
    /// <summary>The same as a stage and a share, for a progress bar.</summary>
    public ProgressUpdate ToUpdate() => new($"epoch {Epoch + 1} of {Epochs}, loss {Loss:0.####}", (double)Step / Steps);
}
