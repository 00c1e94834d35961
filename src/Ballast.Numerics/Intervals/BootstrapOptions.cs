using Ballast.Core;

namespace Ballast.Numerics.Intervals;

/// <summary>How a bootstrap is run. The result depends on the seed and the draws, never on the number of threads.</summary>
public sealed record BootstrapOptions
{
    private readonly int draws = 1000;
    private readonly double level = 0.95;

    /// <summary>Resamples B, at least 2; 1000 by default.</summary>
    public int Draws
    {
        get => draws;
        init => draws = Guard.InRange(value, 2, int.MaxValue, nameof(Draws));
    }

    /// <summary>Nominal coverage, inside (0, 1); 0.95 by default.</summary>
    public double Level
    {
        get => level;
        init => level = value > 0 && value < 1 ? value : throw new ArgumentOutOfRangeException(nameof(Level), value, "Level must lie strictly between 0 and 1.");
    }

    /// <summary>Seed of all draws.</summary>
    public long Seed { get; init; }

    /// <summary>Threads to use at most; -1 (default) for as many as there are cores.</summary>
    public int MaxThreads { get; init; } = -1;

    /// <summary>1000 draws, 95%, seed 0.</summary>
    public static BootstrapOptions Default { get; } = new();
}
