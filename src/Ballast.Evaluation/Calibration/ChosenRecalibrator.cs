using Ballast.Core;

namespace Ballast.Evaluation.Calibration;

/// <summary>What came of a comparison of recalibrators.</summary>
/// <param name="Before">The metric of the probabilities as they come.</param>
/// <param name="Trials">Each candidate, in the order given.</param>
/// <param name="Name">The chosen one; null where none gains beyond chance.</param>
/// <param name="Map">Its map, fitted on all rows; null where none is chosen.</param>
/// <param name="Rows">Rows compared on.</param>
public sealed record ChosenRecalibrator(double Before, IReadOnlyList<RecalibratorTrial> Trials, string? Name, ITrainedRecalibrator? Map, int Rows);

/// <summary>A candidate, judged on rows it did not learn from.</summary>
/// <param name="Name">What a user calls it.</param>
/// <param name="Value">Its metric.</param>
/// <param name="Gain">Its metric minus that of the probabilities as they come, with a paired bootstrap interval: below 0 is better.</param>
public sealed record RecalibratorTrial(string Name, double Value, Estimate Gain);
