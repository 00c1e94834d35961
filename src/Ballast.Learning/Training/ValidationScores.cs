namespace Ballast.Learning.Training;

/// <summary>How the network does on the validation set after an epoch.</summary>
/// <param name="Loss">The objective's validation loss, the mean over the samples.</param>
/// <param name="Recalls">[K] recall of each class, NaN where the validation set has none of it; empty for regression.</param>
/// <param name="BalancedAccuracy">Mean recall of the classes that are there; NaN for regression.</param>
/// <param name="MacroF1">Mean F1 of the classes that are there; NaN for regression.</param>
public sealed record ValidationScores(double Loss, IReadOnlyList<double> Recalls, double BalancedAccuracy, double MacroF1);
