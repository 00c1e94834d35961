using Ballast.Core;

namespace Ballast.Evaluation.Metrics;

/// <summary>Errors of predicted amounts over a group of labels.</summary>
/// <param name="MeanAbsoluteError">Mean |e|, in the label's unit.</param>
/// <param name="MeanSquaredError">Mean e^2.</param>
/// <param name="GeometricMean">exp of the mean of log max(|e|, 1e-10), in the label's unit.</param>
/// <param name="Bins">Bins of labels with test rows.</param>
public sealed record ShotErrors(Estimate MeanAbsoluteError, Estimate MeanSquaredError, Estimate GeometricMean, int Bins);
