using Ballast.Core;
using Ballast.Evaluation.Calibration.Measures;

namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>What the kept step is chosen by.</summary>
internal static class StepMetrics
{
    private const double SmallestProbability = 1e-15;

    public static double Of(StepSelection selection, Predictions predictions, int[] labels) => selection switch
    {
        StepSelection.ClasswiseError => CalibrationError.Classwise(predictions, labels),
        StepSelection.LogLoss => LogLoss(predictions, labels),
        _ => TopLabelErrors.Runs(predictions, labels).DebiasedL1,
    };

    private static double LogLoss(Predictions predictions, int[] labels)
    {
        var sum = 0.0;
        for (var i = 0; i < labels.Length; i++)
            sum -= Math.Log(Math.Max(predictions[i, labels[i]], SmallestProbability));
        return sum / labels.Length;
    }
}
