using Ballast.Core;

namespace Ballast.Cli.Checks;

/// <summary>A slice of the table on which predictions are worse, with rows to look at.</summary>
/// <param name="Description">What its rows share, in the user's words.</param>
/// <param name="Kind">"weak": worse than the model's own probabilities expect (numbers: worse than elsewhere); "hard": worse than elsewhere, as they expect.</param>
/// <param name="Rows">Rows of the table in it.</param>
/// <param name="Inside">Share of wrong rows, or mean absolute error, on its rows that did not find it.</param>
/// <param name="Outside">The same elsewhere.</param>
/// <param name="Expected">Share of wrong rows that the model's probabilities expect inside; null for numbers.</param>
/// <param name="Examples">Some of its rows, the most surprising first.</param>
public sealed record SliceSummary(string Description, string Kind, int Rows, Estimate Inside, Estimate Outside, double? Expected, IReadOnlyList<SliceExample> Examples);
