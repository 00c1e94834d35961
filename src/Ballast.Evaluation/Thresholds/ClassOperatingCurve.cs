namespace Ballast.Evaluation.Thresholds;

/// <summary>How one class fares at each threshold of the range.</summary>
/// <param name="Label">The class.</param>
/// <param name="Rows">Its rows: rates of few rows are noise, and noise raises OPIS.</param>
/// <param name="FalseReject">[Grid] share of its pairs that lie beyond the threshold.</param>
/// <param name="FalseAccept">[Grid] share of pairs with one row in it that lie within the threshold.</param>
/// <param name="Utility">[Grid] F-score of sensitivity 1 - FRR and specificity 1 - FAR, 0 to 1.</param>
/// <param name="MeanUtility">Mean of the utility over the range (trapezoid).</param>
public sealed record ClassOperatingCurve(
    int Label, int Rows, IReadOnlyList<double> FalseReject, IReadOnlyList<double> FalseAccept, IReadOnlyList<double> Utility, double MeanUtility);
