namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>What a map is trained by.</summary>
public enum FittingLoss
{
    /// <summary>The error-bounded objective.</summary>
    ErrorBound,

    /// <summary>The mean negative log-likelihood, for comparison on the same map.</summary>
    LogLikelihood,
}
