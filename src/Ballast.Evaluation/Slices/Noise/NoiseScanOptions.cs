using Ballast.Core;

namespace Ballast.Evaluation.Slices.Noise;

/// <summary>How parts of a table with more wrong labels are sought.</summary>
public sealed record NoiseScanOptions
{
    /// <summary>Chance, before looking at the labels, that some part has more wrong labels than the rest; in (0, 1), 0.05 by default: evidence of 19 to 1 makes it as likely as not.</summary>
    public double Prior { get; init => field = value is > 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(Prior), value, "A prior lies in (0, 1)."); } = 0.05;

    /// <summary>Parts sought at most, one after the other; 5 by default.</summary>
    public int MaximumRegions { get; init => field = Guard.NotNegative(value); } = 5;

    /// <summary>Rows that a part must have, copies of a row counted once; 20 by default.</summary>
    public int MinimumRows { get; init => field = Guard.Positive(value); } = 20;

    /// <summary>Bins of a number, at most 32; 10 by default. The time of a pair of columns grows with their fourth power.</summary>
    public int Bins { get; init => field = Guard.InRange(value, 2, 32); } = 10;

    /// <summary>Pairs of columns that are looked at, at most; beyond it those of the columns that show most by themselves. 3,000 by default, all pairs of 77 columns.</summary>
    public int MaximumPairs { get; init => field = Guard.Positive(value); } = 3_000;
}
