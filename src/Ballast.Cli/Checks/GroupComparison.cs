using Ballast.Core;
using Ballast.Evaluation.Fairness;

namespace Ballast.Cli.Checks;

/// <summary>How a model serves the groups of a column: rates of each, the standard gaps between them, and what accuracy a smaller disparity leaves.</summary>
public sealed record GroupComparison
{
    /// <summary>The user's column of groups.</summary>
    public required string Column { get; init; }

    /// <summary>The class that counts as positive; null where there are more than two classes, or real targets.</summary>
    public string? Positive { get; init; }

    /// <summary>Groups in the order of their first row.</summary>
    public required IReadOnlyList<GroupSummary> Groups { get; init; }

    /// <summary>Gaps that are defined, each with an interval that holds for a maximum of differences.</summary>
    public IReadOnlyList<GroupGap> Gaps { get; init; } = [];

    /// <summary>I(Z;Yh) of the out-of-fold decisions in bits, and their accuracy; null without a frontier.</summary>
    public FrontierStep? Model { get; init; }

    /// <summary>What rows of this size show by chance in I(Z;Yh), bits.</summary>
    public double NoiseFloor { get; init; }

    /// <summary>The best accuracy under limits on disparity, by limit; empty where it was not computed.</summary>
    public IReadOnlyList<FrontierStep> Frontier { get; init; } = [];
}

/// <summary>One group.</summary>
/// <param name="Name">As the column spells it, or a range of numbers.</param>
/// <param name="Rows">Rows of the group.</param>
/// <param name="Rates">Rates by name, such as "selection rate", each with its interval; a rate that has no rows is left out.</param>
public sealed record GroupSummary(string Name, int Rows, IReadOnlyDictionary<string, Estimate> Rates);

/// <summary>Accuracy at a disparity.</summary>
/// <param name="Disparity">I(Z;Yh) between group and decision, bits.</param>
/// <param name="Accuracy">Accuracy of the model's decisions changed by group as little as the disparity asks; for the model itself, its own.</param>
/// <param name="AnyPredictor">The accuracy that no predictor of this disparity can pass.</param>
public readonly record struct FrontierStep(double Disparity, double Accuracy, double AnyPredictor);
