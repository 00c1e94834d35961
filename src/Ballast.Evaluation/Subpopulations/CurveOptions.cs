using Ballast.Core;

namespace Ballast.Evaluation.Subpopulations;

/// <summary>How the relation of two groups' accuracies is fitted.</summary>
public sealed record CurveOptions
{
    private readonly int bins = 6, bootstrap = 1000;
    private readonly double minimum = 0.6;

    /// <summary>Axes of the fits. The verdict is always on identity axes.</summary>
    public AccuracyAxes Axes { get; init; } = AccuracyAxes.Identity;

    /// <summary>Only models whose majority accuracy lies above this are fitted: untrained ones add noise. Chance (the share of the largest class) + 0.1; the default is for two equal classes.</summary>
    public double MinimumMajorityAccuracy { get => minimum; init => minimum = Guard.InRange(value, 0, 1, nameof(MinimumMajorityAccuracy)); }

    /// <summary>Bins of majority accuracy, with equally many models up to ties; at least 1.</summary>
    public int Bins { get => bins; init => bins = Guard.Positive(value, nameof(Bins)); }

    /// <summary>Bootstrap draws, at least 2.</summary>
    public int Bootstrap { get => bootstrap; init => bootstrap = Guard.InRange(value, 2, int.MaxValue, nameof(Bootstrap)); }

    /// <summary>Seed of the bootstrap.</summary>
    public long Seed { get; init; }

    /// <summary>Threads of the bootstrap at most; -1 for as many as there are cores.</summary>
    public int MaxThreads { get; init; } = -1;
}
