using Ballast.Core;

namespace Ballast.Evaluation.Calibration;

/// <summary>One logistic curve a class over its log odds (for two classes: one curve, for class 1), normalised.</summary>
/// <param name="Classes">Number of classes K.</param>
/// <param name="Curves">K curves; 1 for two classes.</param>
public sealed record PlattMap(int Classes, IReadOnlyList<PlattMap.Curve> Curves) : ITrainedRecalibrator
{
    private const double SmallestProbability = 1e-12;

    /// <summary>p = 1 / (1 + exp(-(Slope z + Intercept))) of log odds z.</summary>
    /// <param name="Slope">Below 1 makes predictions less certain.</param>
    /// <param name="Intercept">Moves all towards the class or away from it.</param>
    public readonly record struct Curve(double Slope, double Intercept);

    /// <inheritdoc/>
    public Predictions Apply(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        Guard.SameLength(Classes, predictions.Classes, "the fitted map (classes)", nameof(predictions));
        var columns = Curves.Select((curve, c) =>
        {
            var z = LogOdds(predictions, Curves.Count == 1 ? Classes - 1 : c);
            return Array.ConvertAll(z, value => PlattScaling.Logistic(curve.Slope * value + curve.Intercept));
        });
        return OneAgainstRest.Combine(predictions, [.. columns]);
    }

    internal static double[] LogOdds(Predictions predictions, int classIndex)
    {
        var z = predictions.Column(classIndex);
        for (var i = 0; i < z.Length; i++)
            z[i] = Math.Log(Math.Max(z[i], SmallestProbability)) - Math.Log(Math.Max(1 - z[i], SmallestProbability));
        return z;
    }
}
