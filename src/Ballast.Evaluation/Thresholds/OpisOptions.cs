using Ballast.Core;

namespace Ballast.Evaluation.Thresholds;

/// <summary>How operating-point inconsistency is measured.</summary>
public sealed record OpisOptions
{
    private readonly double c = 1, eps = 0.1;
    private readonly int grid = 101, exactRows = 5000, negativesPerClass = 2000, pooledNegatives = 1_000_000;

    /// <summary>False accept rate over all negative pairs at the lower end of the range of thresholds, in (0, 1), below <see cref="FarHigh"/>.</summary>
    public double FarLow { get; init; } = 1e-2;

    /// <summary>False accept rate at the upper end, in (0, 1).</summary>
    public double FarHigh { get; init; } = 1e-1;

    /// <summary>c of the utility: above 1 sensitivity counts more, below 1 specificity. Above 0.</summary>
    public double C { get => c; init => c = Guard.Positive(value, nameof(C)); }

    /// <summary>Share of the classes that are the worst ones of eps-OPIS, in (0, 1).</summary>
    public double Eps
    {
        get => eps;
        init => eps = value > 0 && value < 1 ? value : throw new ArgumentOutOfRangeException(nameof(Eps), value, "Eps must lie strictly between 0 and 1.");
    }

    /// <summary>Thresholds, equally spaced from one end of the range to the other, both included; at least 2.</summary>
    public int Grid { get => grid; init => grid = Guard.InRange(value, 2, 1_000_000, nameof(Grid)); }

    /// <summary>Up to this many rows all pairs are used; above it negatives are drawn.</summary>
    public int ExactRows { get => exactRows; init => exactRows = Guard.NotNegative(value, nameof(ExactRows)); }

    /// <summary>Negative pairs drawn for each class of a large set, at least 1; all where there are no more.</summary>
    public int NegativesPerClass { get => negativesPerClass; init => negativesPerClass = Guard.Positive(value, nameof(NegativesPerClass)); }

    /// <summary>Negative pairs drawn for the range of thresholds of a large set, at least 2.</summary>
    public int PooledNegatives { get => pooledNegatives; init => pooledNegatives = Guard.InRange(value, 2, Array.MaxLength, nameof(PooledNegatives)); }

    /// <summary>Decides which negatives are drawn.</summary>
    public long Seed { get; init; }

    internal void Check()
    {
        if (!(FarLow > 0 && FarHigh < 1 && FarLow < FarHigh))
            throw new ArgumentException($"The false accept rates must satisfy 0 < low < high < 1; they are {FarLow} and {FarHigh}.");
    }
}
