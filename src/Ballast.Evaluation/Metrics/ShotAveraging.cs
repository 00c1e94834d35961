namespace Ballast.Evaluation.Metrics;

/// <summary>What counts alike in the mean of a group.</summary>
public enum ShotAveraging
{
    /// <summary>Every bin of labels: each bin's mean first, then the mean of the bins. For test sets of uneven labels.</summary>
    Bins,

    /// <summary>Every test row.</summary>
    Rows,
}
