using Ballast.Core;
using Ballast.Evaluation.Calibration.Curves;

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
            return Array.ConvertAll(predictions.Column(Curves.Count == 1 ? Classes - 1 : c), x => Interpolation.At(places, heights, x));
        });
        return OneAgainstRest.Combine(predictions, [.. columns]);
    }
}
