using Ballast.Core;
using Ballast.Evaluation.Metrics;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;

namespace Ballast.Learning.LongTail;

/// <summary>What all candidates of a comparison share.</summary>
public sealed record LongTailComparisonOptions
{
    private readonly int parallelism = 1;

    /// <summary>Makes the network of a seed.</summary>
    public required Func<int, Network> Network { get; init; }

    /// <summary>Training rows; every class has some.</summary>
    public required Dataset Train { get; init; }

    /// <summary>Rows that candidates are judged by.</summary>
    public required Dataset Test { get; init; }

    /// <summary>Rows that trained nothing, for methods that pick something and for choosing a candidate; null where there are none.</summary>
    public Dataset? Validation { get; init; }

    /// <summary>Classes with many, medium and few rows.</summary>
    public required ShotGroups Groups { get; init; }

    /// <summary>How networks are trained; the sampler and the seed are the candidate's and the repetition's.</summary>
    public TrainerOptions Trainer { get; init; } = new();

    /// <summary>Seeds of the repetitions, at least one; the same for every candidate.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [0, 1, 2];

    /// <summary>Trainings at a time, at least 1. The result does not depend on it.</summary>
    public int Parallelism { get => parallelism; init => parallelism = Guard.Positive(value, nameof(Parallelism)); }
}
