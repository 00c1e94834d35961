using Ballast.Core;

namespace Ballast.Evaluation.Slices.Clusters;

/// <summary>How Domino's mixture is fitted.</summary>
public sealed record DominoOptions
{
    /// <summary>Slices of the mixture; 25 by default.</summary>
    public int Slices { get => slices; init => slices = Guard.Positive(value, nameof(Slices)); }

    /// <summary>Weight of labels and predictions against the representation; 10 by default.</summary>
    public double Weight { get => weight; init => weight = Guard.NotNegative(value, nameof(Weight)); }

    /// <summary>Rounds of expectation and maximisation at most; 100 by default.</summary>
    public int MaximumRounds { get => maximumRounds; init => maximumRounds = Guard.Positive(value, nameof(MaximumRounds)); }

    /// <summary>Gain in log-likelihood a row below which the fit ends; 1e-3 by default.</summary>
    public double Tolerance { get => tolerance; init => tolerance = Guard.NotNegative(value, nameof(Tolerance)); }

    /// <summary>Seed of the start.</summary>
    public long Seed { get; init; }

    private readonly int slices = 25;
    private readonly double weight = 10;
    private readonly int maximumRounds = 100;
    private readonly double tolerance = 1e-3;
}
