namespace Ballast.Generalization.RandomFeatures;

/// <summary>The whole curve of error against range, and the range that was chosen.</summary>
/// <param name="Curve">Every range, ascending.</param>
/// <param name="Chosen">The smallest range within a standard error of the best; the user's own where one was fixed.</param>
/// <param name="Warnings">What is wrong with it; empty where nothing is.</param>
public sealed record BandwidthReport(IReadOnlyList<BandwidthPoint> Curve, BandwidthPoint Chosen, IReadOnlyList<BandwidthWarning> Warnings);
