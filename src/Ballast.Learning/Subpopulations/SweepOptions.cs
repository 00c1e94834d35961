using Ballast.Core;

namespace Ballast.Learning.Subpopulations;

/// <summary>Which models a sweep trains.</summary>
public sealed record SweepOptions
{
    private readonly int count = 20, parallelism = 1;

    /// <summary>Trainings, at least 1; each gives as many points as there are <see cref="Checkpoints"/>.</summary>
    public int Count { get => count; init => count = Guard.Positive(value, nameof(Count)); }

    /// <summary>Widths to choose from, each at least 1.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [8, 16, 32, 64, 128];

    /// <summary>Batch sizes to choose from, each at least 1.</summary>
    public IReadOnlyList<int> BatchSizes { get; init; } = [32, 64, 128];

    /// <summary>Base-10 logarithms of the lowest and the highest learning rate; drawn evenly between.</summary>
    public (double Low, double High) LogRate { get; init; } = (-3.3, -1.8);

    /// <summary>Base-10 logarithms of the lowest and the highest weight decay.</summary>
    public (double Low, double High) LogDecay { get; init; } = (-6, -3);

    /// <summary>Epochs after which a model is judged, ascending, from 1.</summary>
    public IReadOnlyList<int> Checkpoints { get; init; } = [1, 2, 4, 8, 16, 32];

    /// <summary>Trainings at a time, at least 1; the result does not depend on it.</summary>
    public int Parallelism { get => parallelism; init => parallelism = Guard.Positive(value, nameof(Parallelism)); }

    /// <summary>Seed of configurations, first weights and batches.</summary>
    public int Seed { get; init; }

    internal void Check()
    {
        if (Widths.Count == 0 || BatchSizes.Count == 0 || Widths.Any(width => width < 1) || BatchSizes.Any(size => size < 1))
            throw new ArgumentException("There must be widths and batch sizes, all at least 1.");
        if (!(LogRate.Low <= LogRate.High && LogDecay.Low <= LogDecay.High))
            throw new ArgumentException("The lower end of a range of rates or decays lies above the upper one.");
        if (Checkpoints.Count == 0 || Checkpoints[0] < 1 || Checkpoints.Zip(Checkpoints.Skip(1)).Any(pair => pair.Second <= pair.First))
            throw new ArgumentException("Checkpoints must be epochs from 1, ascending.");
    }
}
