using Ballast.Core;

namespace Ballast.Learning.Objectives.CompSum;

/// <summary>How the smooth adversarial comp-sum loss is set.</summary>
public sealed record SmoothAdversarialOptions
{
    /// <summary>Radius of the maximum-norm ball; at least 0.</summary>
    public required double Epsilon { get; init => field = Guard.NotNegative(value); }

    /// <summary>The member of the family; at least 0.</summary>
    public double Tau { get; init => field = CompSumTransform.CheckTau(value); } = 1;

    /// <summary>Margin below which a score difference costs, greater than 0.</summary>
    public double Rho { get; init => field = Guard.Positive(value); } = 1;

    /// <summary>Weight of the largest shift of the score differences, at least 0. On small models 0.1 to 0.5; from 1 on the scores may collapse to constants.</summary>
    public double Nu { get; init => field = Guard.NotNegative(value); } = 0.2;

    /// <summary>Steps of the ascent, at least 1; 7 to 10 suffice.</summary>
    public int Steps { get; init => field = Guard.Positive(value); } = 10;

    /// <summary>Length of a step; null for a quarter of <see cref="Epsilon"/>.</summary>
    public double? StepSize { get; init; }

    /// <summary>Least value of a feature; null where there is none.</summary>
    public double? Minimum { get; init; } = 0;

    /// <summary>Largest value of a feature; null where there is none.</summary>
    public double? Maximum { get; init; } = 1;

    /// <summary>Decides the random starts.</summary>
    public int Seed { get; init; }
}
