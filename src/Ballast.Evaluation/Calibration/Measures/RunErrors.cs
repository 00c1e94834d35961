namespace Ballast.Evaluation.Calibration.Measures;

/// <summary>Calibration errors of the top label over runs of equally many rows, sorted by confidence.</summary>
/// <remarks>Sources: Kumar, Liang and Ma, NeurIPS 2019; Roelofs et al., AISTATS 2022 (the L1 error with the resampled mean in closed form).</remarks>
/// <param name="L1">sum w |f - a|: f mean confidence, a hit rate, w share of the rows.</param>
/// <param name="DebiasedL1">L1 minus what resampling the hit rates adds to it; may be negative.</param>
/// <param name="L2">Root of sum w (f - a)^2.</param>
/// <param name="DebiasedL2">Root of sum w [(f - a)^2 - a (1 - a) / (n_b - 1)], 0 where that is negative.</param>
public readonly record struct RunErrors(double L1, double DebiasedL1, double L2, double DebiasedL2);
