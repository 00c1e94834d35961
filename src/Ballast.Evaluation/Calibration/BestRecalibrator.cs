using Ballast.Core;

namespace Ballast.Evaluation.Calibration;

/// <summary>The recalibrator of the least cross-validated log loss among quick ones: temperature, ensemble temperature, vector (three classes or more), beta, isotonic.</summary>
/// <remarks>Chosen on at most 5,000 rows by three folds, fitted on all. With fewer than 2 K rows it is temperature scaling.</remarks>
public sealed class BestRecalibrator(int seed = 0) : IRecalibrator
{
    private const int Folds = 3;
    private const int MostRows = 5000;

    /// <inheritdoc/>
    public string Name => "best recalibrator by cross-validation";

    /// <inheritdoc/>
    public ITrainedRecalibrator Fit(Predictions predictions, ReadOnlySpan<int> labels, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        LabelledRows.Check(labels, predictions.Count, predictions.Classes);
        if (labels.Length < 2 * predictions.Classes)
            return new TemperatureScaling().Fit(predictions, labels, cancellation);
        // For two classes vector scaling is beta calibration without its bounds.
        IRecalibrator[] candidates = [.. RecalibratorCandidates.QuickKeys.Where(key => key != "vector" || predictions.Classes > 2).Select(key => RecalibratorCandidates.Make(key, predictions.Classes, seed))];
        var best = RecalibratorChoice.Least(predictions, labels, candidates, new RecalibratorChoiceOptions { Folds = Folds, MostRows = MostRows, Seed = seed }, cancellation);
        return candidates[best].Fit(predictions, labels, cancellation);
    }
}
