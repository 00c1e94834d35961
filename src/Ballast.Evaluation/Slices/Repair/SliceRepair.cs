namespace Ballast.Evaluation.Slices.Repair;

/// <summary>What came of a repair.</summary>
/// <param name="Ensemble">The new heads; null where the old one stays.</param>
/// <param name="Reason">Why the old one stays; null where it does not.</param>
public sealed record SliceRepair(HeadEnsemble? Ensemble, string? Reason);
