namespace Ballast.Evaluation.Calibration.Measures;

/// <summary>Measures of whether probabilities mean what they say. Less is better, accuracy apart.</summary>
public enum CalibrationMetric
{
    /// <summary>Expected calibration error of the top label, 15 bins of equal width.</summary>
    EqualWidthError,

    /// <summary>Expected calibration error of the top label, 15 bins between quantiles of the confidence.</summary>
    EqualMassError,

    /// <summary>The same with what chance adds to it taken away (L1, 15 runs of equally many rows).</summary>
    DebiasedError,

    /// <summary>Root mean square calibration error with what chance adds taken away (L2, 15 runs).</summary>
    DebiasedRootMeanSquareError,

    /// <summary>Calibration error with as many runs as keep their hit rates rising.</summary>
    SweepError,

    /// <summary>Mean over the classes of the calibration error of the class's own probability, 15 bins of equal width.</summary>
    ClasswiseError,

    /// <summary>Largest difference of cumulated confidence and cumulated hits (Kolmogorov-Smirnov), needs no bins.</summary>
    KolmogorovSmirnov,

    /// <summary>Maximum mean calibration error (kernel, top label).</summary>
    MaximumMeanError,

    /// <summary>Squared kernel calibration error of all classes, unbiased: may be negative, 0 in the mean where probabilities are right.</summary>
    KernelError,

    /// <summary>Mean -log p of the label.</summary>
    LogLoss,

    /// <summary>Mean over rows of the sum over classes of (p - y)^2.</summary>
    Brier,

    /// <summary>Share of rows whose most probable class is the label.</summary>
    Accuracy,
}
