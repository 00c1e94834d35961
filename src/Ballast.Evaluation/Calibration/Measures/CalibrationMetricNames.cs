namespace Ballast.Evaluation.Calibration.Measures;

/// <summary>The names of the metrics in JSON, in reports and on the command line.</summary>
public static class CalibrationMetricNames
{
    /// <summary>All metrics, in the order of the enumeration.</summary>
    public static IReadOnlyList<CalibrationMetric> All { get; } = Enum.GetValues<CalibrationMetric>();

    /// <summary>The metric's key, such as <c>ece_debiased</c>.</summary>
    public static string Key(this CalibrationMetric metric) => metric switch
    {
        CalibrationMetric.EqualWidthError => "ece",
        CalibrationMetric.EqualMassError => "ece_equal_mass",
        CalibrationMetric.DebiasedError => "ece_debiased",
        CalibrationMetric.DebiasedRootMeanSquareError => "rms_calibration_error_debiased",
        CalibrationMetric.SweepError => "ece_sweep",
        CalibrationMetric.ClasswiseError => "classwise_ece",
        CalibrationMetric.KolmogorovSmirnov => "ks_calibration_error",
        CalibrationMetric.MaximumMeanError => "mmce",
        CalibrationMetric.KernelError => "skce",
        CalibrationMetric.LogLoss => "log_loss",
        CalibrationMetric.Brier => "brier",
        CalibrationMetric.Accuracy => "accuracy",
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "There is no such metric."),
    };

    /// <summary>The metric with a key; null where there is none.</summary>
    public static CalibrationMetric? Parse(string key) => All.Select(metric => (CalibrationMetric?)metric).FirstOrDefault(metric => metric!.Value.Key() == key);
}
