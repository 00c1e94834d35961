namespace Ballast.Learning.Training;

/// <summary>One line of the history of a training.</summary>
/// <param name="Epoch">Epoch from 0.</param>
/// <param name="Loss">Mean training loss over the epoch's samples, as seen while the weights changed.</param>
/// <param name="LearningRate">Base rate at the epoch's last step.</param>
/// <param name="Validation">Scores after the epoch; null without a validation set.</param>
public sealed record EpochRecord(int Epoch, double Loss, double LearningRate, ValidationScores? Validation);
