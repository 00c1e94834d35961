using Ballast.Core;

namespace Ballast.Cli.Checks;

/// <summary>One remedy, tried and measured on rows that did not choose it.</summary>
/// <param name="Name">What was done, such as "drop suspected label errors".</param>
/// <param name="Metric">What was measured, such as "macro F1".</param>
/// <param name="Before">The metric without the remedy.</param>
/// <param name="After">The metric with it.</param>
/// <param name="Interval">Interval of the difference, after minus before, rows resampled in pairs.</param>
/// <param name="Chosen">Whether the model handed back uses it.</param>
/// <param name="Note">The verdict in words, such as "no gain".</param>
public sealed record RemedyResult(string Name, string Metric, double Before, double After, Interval Interval, bool Chosen, string Note);
