using Ballast.Core;

namespace Ballast.Evaluation.Calibration;

/// <summary>How recalibrators are compared.</summary>
public sealed record RecalibratorChoiceOptions
{
    /// <summary>What they are ranked by; log loss by default.</summary>
    public RecalibratorMetric Metric { get; init; }

    /// <summary>Folds, at least 2; 5 by default, fewer where there are fewer rows.</summary>
    public int Folds { get; init => field = Guard.InRange(value, 2, int.MaxValue, nameof(Folds)); } = 5;

    /// <summary>Rows compared on at most, drawn at random; the chosen one is fitted on all. 10,000 by default.</summary>
    public int MostRows { get; init => field = Guard.Positive(value, nameof(MostRows)); } = 10_000;

    /// <summary>Bootstrap draws of each difference; 1000 by default.</summary>
    public int Draws { get; init => field = Guard.InRange(value, 2, int.MaxValue, nameof(Draws)); } = 1000;

    /// <summary>Seed of folds, sample and draws.</summary>
    public int Seed { get; init; }
}
