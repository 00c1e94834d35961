using Ballast.Core;
using MathNet.Numerics.Distributions;

namespace Ballast.Evaluation.Metrics;

/// <summary>A classifier at one threshold, against the truth.</summary>
/// <param name="Recall">True positive rate t.</param>
/// <param name="FalsePositiveRate">False positive rate f.</param>
public readonly record struct OperatingPoint(double Recall, double FalsePositiveRate)
{
    /// <summary>Gaussian scores: negatives N(0,1), positives N(distance,1), cut at the threshold.</summary>
    public static OperatingPoint FromGaussianScores(double distance, double threshold) =>
        new(Normal.CDF(0, 1, distance - threshold), Normal.CDF(0, 1, -threshold));

    /// <summary>Gaussian scores cut so that a share <paramref name="falsePositiveRate"/> of the negatives lies above.</summary>
    public static OperatingPoint FromGaussianDistance(double distance, double falsePositiveRate) =>
        new(Normal.CDF(0, 1, distance + Normal.InvCDF(0, 1, falsePositiveRate)), Guard.InRange(falsePositiveRate, 0, 1));
}
