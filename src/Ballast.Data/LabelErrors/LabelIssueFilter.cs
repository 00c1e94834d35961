namespace Ballast.Data.LabelErrors;

/// <summary>How rows are chosen as suspects. Northcutt, Jiang and Chuang (2021), section 3.2.</summary>
public enum LabelIssueFilter
{
    /// <summary>For every pair (given k, true j), as many rows labelled k as the prune counts say, those with the largest P[j] - P[k].</summary>
    PruneByNoiseRate,

    /// <summary>For every class k, as many rows labelled k as the prune counts say, those with the smallest P[k].</summary>
    PruneByClass,

    /// <summary>Rows that <see cref="PruneByNoiseRate"/> and <see cref="PruneByClass"/> both flag.</summary>
    Both,

    /// <summary>Rows counted off the diagonal of the confident joint.</summary>
    ConfidentLearning,

    /// <summary>Rows whose most probable class is not the given one.</summary>
    PredictedNotGiven,

    /// <summary>The estimated number of issues, taken by lowest self-confidence.</summary>
    LowSelfConfidence,

    /// <summary>The estimated number of issues, taken by lowest normalised margin.</summary>
    LowNormalizedMargin,
}
