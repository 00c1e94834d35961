namespace Ballast.Robustness.Disparity;

/// <summary>From which ratio on a rare class is given up.</summary>
/// <param name="Ratio">R*: "always frequent" is the optimum from here on; ∞ for Gaussians.</param>
/// <param name="LikelihoodRatioMaximum">The greatest likelihood ratio of the rare class: beyond it not even a stationary intercept exists; ∞ for Gaussians.</param>
public sealed record CriticalRatio(double Ratio, double LikelihoodRatioMaximum);
