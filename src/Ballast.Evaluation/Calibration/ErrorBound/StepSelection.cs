namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>Which step of the training is kept.</summary>
public enum StepSelection
{
    /// <summary>The least debiased calibration error of the top label.</summary>
    DebiasedError,

    /// <summary>The least mean class-wise calibration error.</summary>
    ClasswiseError,

    /// <summary>The least log loss.</summary>
    LogLoss,

    /// <summary>The last; the training then runs all its steps.</summary>
    LastStep,
}
