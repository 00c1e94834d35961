using Ballast.Core;

namespace Ballast.Generalization.RandomFeatures;

/// <summary>How a range is chosen.</summary>
public sealed record BandwidthOptions
{
    private readonly int folds = 5;
    private readonly int draws = 3;
    private readonly int kernelDraws = 4000;
    private readonly int floorRows = 2000;
    private readonly double budget = 100;

    /// <summary>The network; its domain's kind is kept, its range replaced.</summary>
    public RandomFeatureOptions Network { get; init; } = new();

    /// <summary>Ranges that are tried, ascending, for inputs in [-1, 1]; powers of 2 from 1/4 to 1024 by default.</summary>
    public IReadOnlyList<double> Grid { get; init; } = [.. Enumerable.Range(-2, 13).Select(power => Math.Pow(2, power))];

    /// <summary>A range to be judged instead of one chosen from the grid; null to choose.</summary>
    public double? Fixed { get; init; }

    /// <summary>Folds; 5 by default.</summary>
    public int Folds { get => folds; init => folds = Guard.InRange(value, 2, int.MaxValue, nameof(Folds)); }

    /// <summary>Draws of the weights; 3 by default.</summary>
    public int Draws { get => draws; init => draws = Guard.Positive(value, nameof(Draws)); }

    /// <summary>Units that estimate the kernel; 4000 by default.</summary>
    public int KernelDraws { get => kernelDraws; init => kernelDraws = Guard.Positive(value, nameof(KernelDraws)); }

    /// <summary>Rows that the floor is computed on at most, a seeded sample of more; 2000 by default.</summary>
    public int FloorRows { get => floorRows; init => floorRows = Guard.InRange(value, 2, int.MaxValue, nameof(FloorRows)); }

    /// <summary>Norm of the coefficients over that of the centred y; 100 by default.</summary>
    public double Budget { get => budget; init => budget = Guard.Positive(value, nameof(Budget)); }
}
