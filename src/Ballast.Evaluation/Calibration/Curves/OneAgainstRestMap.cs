using Ballast.Core;

namespace Ballast.Evaluation.Calibration.Curves;

/// <summary>One curve a class (for two classes: one, for class 1), normalised; a row that all curves send to 0 becomes uniform.</summary>
/// <param name="Classes">Number of classes K.</param>
/// <param name="Curves">K curves; 1 for two classes.</param>
public sealed record OneAgainstRestMap(int Classes, IReadOnlyList<ConfidenceCurve> Curves) : ITrainedRecalibrator
{
    /// <summary>K curves; 1 for two classes.</summary>
    public IReadOnlyList<ConfidenceCurve> Curves { get; } = Curves is not null && Curves.Count == (Classes == 2 ? 1 : Classes) && Curves.All(curve => curve is not null)
        ? Curves
        : throw new ArgumentException($"{Curves?.Count ?? 0} curves cannot serve {Classes} classes.", nameof(Curves));

    /// <inheritdoc/>
    public Predictions Apply(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        Guard.SameLength(Classes, predictions.Classes, "the fitted map (classes)", nameof(predictions));
        var columns = Curves.Select((curve, c) => Array.ConvertAll(predictions.Column(Curves.Count == 1 ? Classes - 1 : c), curve.At));
        return OneAgainstRest.Combine(predictions, [.. columns]);
    }
}
