using Ballast.Core;

namespace Ballast.Evaluation.Slices;

/// <summary>How slices are sought.</summary>
public sealed record SliceFinderOptions
{
    /// <summary>Conditions a slice may have, 1 to 3; 3 by default.</summary>
    public int MaximumConditions { get => maximumConditions; init => maximumConditions = Guard.InRange(value, 1, 3, nameof(MaximumConditions)); }

    /// <summary>Rows that a slice must have in each half; 30 by default.</summary>
    public int MinimumRows { get => minimumRows; init => minimumRows = Guard.InRange(value, 2, int.MaxValue, nameof(MinimumRows)); }

    /// <summary>Chance of reporting any slice where none is worse; 0.02 by default, so that 95 of 100 sound tables are left alone with room for luck.</summary>
    public double SignificanceLevel { get; init; } = 0.02;

    /// <summary>How many times the loss outside a slice's loss must be; 1.2 by default.</summary>
    public double MinimumRatio { get; init; } = 1.2;

    /// <summary>Candidates that are tested at most; fewer keep the correction mild. 40 by default.</summary>
    public int MaximumCandidates { get => maximumCandidates; init => maximumCandidates = Guard.Positive(value, nameof(MaximumCandidates)); }

    /// <summary>Rows that candidates are sought on at most (half of the rows where that is less); 50,000 by default. All other rows test them.</summary>
    public int MaximumSearchRows { get => maximumSearchRows; init => maximumSearchRows = Guard.Positive(value, nameof(MaximumSearchRows)); }

    /// <summary>Seed of the split into halves.</summary>
    public long Seed { get; init; }

    private readonly int maximumConditions = 3;
    private readonly int minimumRows = 30;
    private readonly int maximumCandidates = 40;
    private readonly int maximumSearchRows = 50_000;
}
