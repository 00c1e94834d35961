using Ballast.Core;

namespace Ballast.Evaluation.Calibration;

/// <summary>One rising curve a class (for two classes: one, for class 1), normalised; a row that all curves send to 0 becomes uniform.</summary>
/// <param name="Classes">Number of classes K.</param>
/// <param name="Curves">K curves; 1 for two classes.</param>
public sealed record IsotonicMap(int Classes, IReadOnlyList<IsotonicMap.Curve> Curves) : ITrainedRecalibrator
{
    /// <summary>A rising curve: linear between its corners, constant outside.</summary>
    /// <param name="Places">Corners, ascending.</param>
    /// <param name="Heights">Values at the corners, not falling.</param>
    public sealed record Curve(IReadOnlyList<double> Places, IReadOnlyList<double> Heights);

    /// <inheritdoc/>
    public Predictions Apply(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        Guard.SameLength(Classes, predictions.Classes, "the fitted map (classes)", nameof(predictions));
        var columns = Curves.Select((curve, c) =>
        {
            var (places, heights) = (curve.Places.ToArray(), curve.Heights.ToArray());
            return Array.ConvertAll(predictions.Column(Curves.Count == 1 ? Classes - 1 : c), x => At(places, heights, x));
        });
        return OneAgainstRest.Combine(predictions, [.. columns]);
    }

    private static double At(double[] places, double[] heights, double x)
    {
        var found = Array.BinarySearch(places, x);
        if (found >= 0)
            return heights[found];
        var above = ~found;
        if (above == 0)
            return heights[0];
        if (above == places.Length)
            return heights[^1];
        var share = (x - places[above - 1]) / (places[above] - places[above - 1]);
        return heights[above - 1] + share * (heights[above] - heights[above - 1]);
    }
}
