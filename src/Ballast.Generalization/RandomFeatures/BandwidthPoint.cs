namespace Ballast.Generalization.RandomFeatures;

/// <summary>One range of weights.</summary>
/// <param name="Range">lambda, for inputs standardised to [-1, 1].</param>
/// <param name="Error">Mean root-mean-square error of held-out folds.</param>
/// <param name="StandardError">Standard deviation of the folds' errors over the root of their number.</param>
/// <param name="TrainError">Mean root-mean-square error of training folds.</param>
/// <param name="Floor">Least root-mean-square error that any number of units reaches within the coefficient budget.</param>
/// <param name="CoefficientL1">Median of the sum of coefficients' magnitudes: always to be read beside the error.</param>
/// <param name="MedianNorm">Median length of the weights, which is what lambda amounts to in this dimension.</param>
public sealed record BandwidthPoint(double Range, double Error, double StandardError, double TrainError, double Floor, double CoefficientL1, double MedianNorm);
