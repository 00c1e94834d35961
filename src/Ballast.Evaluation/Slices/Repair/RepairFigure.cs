using Ballast.Core;

namespace Ballast.Evaluation.Slices.Repair;

/// <summary>Accuracy of some rows before and after a repair, with Wilson's intervals.</summary>
/// <param name="Name">Which rows.</param>
/// <param name="Before">With the old last layer.</param>
/// <param name="After">With the new.</param>
public sealed record RepairFigure(string Name, Estimate Before, Estimate After);
