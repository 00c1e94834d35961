using Ballast.Core;

namespace Ballast.Evaluation.Subpopulations;

/// <summary>Which of many models to take, seen from both groups. Indices are positions among the points given.</summary>
public sealed record ModelChoice
{
    /// <summary>The best by majority accuracy, the first on ties.</summary>
    public required int BestByMajority { get; init; }

    /// <summary>The best by minority accuracy, the first on ties.</summary>
    public required int BestByMinority { get; init; }

    /// <summary>The best by the worse of the two accuracies, the first on ties.</summary>
    public required int BestByWorstGroup { get; init; }

    /// <summary>Models that no other equals in both groups and beats in one; ascending.</summary>
    public required IReadOnlyList<int> ParetoFront { get; init; }

    /// <summary>Vertices of the convex hull of all points, ascending, without those between two others; of models at the same place the first. Inside it lies what randomising between models reaches.</summary>
    public required IReadOnlyList<int> ConvexHull { get; init; }

    /// <summary>The hull's upper right edge, from the best minority to the best majority accuracy.</summary>
    public required IReadOnlyList<int> UpperRightEdge { get; init; }

    /// <summary>Models below that edge: randomising between two others does at least as well in one group and better in the other; ascending.</summary>
    public required IReadOnlyList<int> BelowEdge { get; init; }

    /// <summary>Models within one point of the best majority accuracy; ascending.</summary>
    public required IReadOnlyList<int> WithinOnePoint { get; init; }

    /// <summary>The lowest minority accuracy among those, with Wilson's interval.</summary>
    public required Estimate LowestMinority { get; init; }

    /// <summary>The highest minority accuracy among those, with Wilson's interval.</summary>
    public required Estimate HighestMinority { get; init; }

    /// <summary>What choosing by majority accuracy alone loses in minority accuracy, at no more than one point of the majority's.</summary>
    public required double Regret { get; init; }
}
