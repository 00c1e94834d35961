namespace Ballast.Evaluation.Calibration;

/// <summary>What recalibrators are ranked by.</summary>
public enum RecalibratorMetric
{
    /// <summary>Mean -log p of the label; a proper score.</summary>
    LogLoss,

    /// <summary>Brier score; a proper score.</summary>
    Brier,

    /// <summary>Debiased calibration error of the top label.</summary>
    DebiasedError,

    /// <summary>Class-wise calibration error.</summary>
    ClasswiseError,
}
