namespace Ballast.Data.LabelErrors;

/// <summary>How label issues are found and ranked.</summary>
public sealed record LabelIssueOptions
{
    /// <summary>How rows are chosen. Default <see cref="LabelIssueFilter.PruneByNoiseRate"/>.</summary>
    public LabelIssueFilter Filter { get; init; } = LabelIssueFilter.PruneByNoiseRate;

    /// <summary>The score that orders the flagged rows and fills <see cref="LabelIssues.Quality"/>. Default <see cref="LabelQualityScore.NormalizedMargin"/>.</summary>
    public LabelQualityScore RankBy { get; init; } = LabelQualityScore.NormalizedMargin;

    /// <summary>Whether the score is taken after subtracting each class's threshold, for imbalanced classes; not for <see cref="LabelQualityScore.ConfidenceWeightedEntropy"/>. Default no.</summary>
    public bool AdjustForThresholds { get; init; }

    /// <summary>Share of the estimated noise that the prune filters take, in (0,1]. Default 1.</summary>
    public double FracNoise { get; init; } = 1;

    /// <summary>The prune filters leave at least so many rows a class and skip classes that have no more, at least 0. Default 1.</summary>
    public int MinExamplesPerClass { get; init; } = 1;

    /// <summary>The counts behind the prune filters. Default <see cref="LabelErrors.JointCounts.Confident"/>.</summary>
    public JointCounts JointCounts { get; init; } = JointCounts.Confident;

    /// <summary>Counts [given, true] of the caller's own in place of <see cref="JointCounts"/>, K x K, calibrated to the given labels before use; null: computed.</summary>
    public int[,]? ConfidentJoint { get; init; }

    /// <summary>Rows that the prune filters take from each class, K values from 0 to below the class's count; null: as estimated.</summary>
    public IReadOnlyList<int>? NumToRemovePerClass { get; init; }

    /// <summary>Names of class 0..K-1 for warnings; null: their numbers.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    internal bool Prunes => Filter is LabelIssueFilter.PruneByNoiseRate or LabelIssueFilter.PruneByClass or LabelIssueFilter.Both;
}
