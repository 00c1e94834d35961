using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>Whether features are divided by their standard deviation before distances are taken.</summary>
public enum Standardize
{
    /// <summary>On when the largest standard deviation exceeds 10 times the smallest that is not 0; the result says which.</summary>
    Auto,

    /// <summary>Divide by the population standard deviation over all rows given (by 1 where it is 0). New rows are still made in original units.</summary>
    On,

    /// <summary>Distances in original units.</summary>
    Off,
}

/// <summary>What the methods of the SMOTE family share.</summary>
public sealed record SmoteOptions
{
    /// <summary>Nearest neighbours k that a new row may lie towards; at least 1. Default 5.</summary>
    public int Neighbors { get; init => field = Guard.Positive(value); } = 5;

    /// <summary>How far classes grow. Default: every class up to the largest.</summary>
    public ResamplingTarget Target { get; init; } = ResamplingTarget.Balance;

    /// <summary>Seed of all draws; each class draws from a stream of its own.</summary>
    public long Seed { get; init; }

    /// <summary>Rounds new values of columns that hold whole numbers only, half to even. Default true: fractions there tell a tree which rows are synthetic.</summary>
    public bool RoundIntegerColumns { get; init; } = true;

    /// <summary>Scaling for the search of neighbours. Default <see cref="Standardize.Auto"/>.</summary>
    public Standardize Standardize { get; init; } = Standardize.Auto;
}
