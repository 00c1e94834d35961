using Ballast.Core;

namespace Ballast.Evaluation.Fairness;

/// <summary>Intervals of the parts of a disparity, in bits.</summary>
/// <param name="Unique">Of the unique disparity.</param>
/// <param name="Redundant">Of the redundant disparity.</param>
/// <param name="Masked">Of the masked disparity.</param>
/// <param name="Global">Of the global disparity.</param>
/// <param name="Local">Of the local disparity.</param>
public sealed record DisparityIntervals(Interval Unique, Interval Redundant, Interval Masked, Interval Global, Interval Local);
