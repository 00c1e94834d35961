namespace Ballast.Evaluation.Fairness;

/// <summary>The best accuracy under two limits on disparity.</summary>
/// <param name="GlobalLimit">Limit on I(Z;Yh), bits, as asked.</param>
/// <param name="LocalLimit">Limit on I(Z;Yh|S), bits, as asked.</param>
/// <param name="Accuracy">The best accuracy.</param>
/// <param name="Optimum">Group, client, prediction and label under the optimal choice.</param>
/// <param name="Disparity">The disparity that is left.</param>
/// <param name="Note">What must be said besides; null for nothing.</param>
public sealed record FrontierPoint(double GlobalLimit, double LocalLimit, double Accuracy, JointDistribution Optimum, DisparityDecomposition Disparity, string? Note);
