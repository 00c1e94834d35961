namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>How the errors of the windows become one number.</summary>
public enum EventAggregation
{
    /// <summary>The mean over 15 clusters of predicted probability of each cluster's mean: rare ranges count as much as the crowded ends.</summary>
    Clusters,

    /// <summary>The mean over all windows.</summary>
    Unweighted,
}
