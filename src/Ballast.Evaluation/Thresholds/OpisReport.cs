namespace Ballast.Evaluation.Thresholds;

/// <summary>How unequal the classes are under one threshold. Compare models on the same rows, each over the range of its own.</summary>
public sealed record OpisReport
{
    /// <summary>Variance of the utility over classes, averaged over the range; 0 when one threshold serves all alike.</summary>
    public required double Opis { get; init; }

    /// <summary>Squared gap between the mean utility of the worst classes and that of the rest, averaged over the range.</summary>
    public required double EpsOpis { get; init; }

    /// <summary>[Grid] thresholds on 1 - cosine, ascending.</summary>
    public required IReadOnlyList<double> Thresholds { get; init; }

    /// <summary>One curve a class with at least two rows, in the order of the labels.</summary>
    public required IReadOnlyList<ClassOperatingCurve> ClassCurves { get; init; }

    /// <summary>The classes that eps-OPIS holds against the rest, worst first.</summary>
    public required IReadOnlyList<int> WorstShare { get; init; }

    /// <summary>Classes of a single row: they have no utility; their rows are negatives of the others.</summary>
    public required IReadOnlyList<int> SingleRowClasses { get; init; }

    /// <summary>Share of rows whose nearest other row is of their class, among rows that have another of their class.</summary>
    public required double RecallAt1 { get; init; }

    /// <summary>Negative pairs that the range of thresholds comes from.</summary>
    public required long PooledNegatives { get; init; }

    /// <summary>Whether negatives were drawn rather than all used.</summary>
    public required bool IsSampled { get; init; }

    /// <summary>Threshold at the lower false accept rate.</summary>
    public double DMin => Thresholds[0];

    /// <summary>Threshold at the upper false accept rate.</summary>
    public double DMax => Thresholds[^1];

    /// <summary>Mean utility over classes and range.</summary>
    public double MeanUtility => ClassCurves.Average(curve => curve.MeanUtility);

    /// <summary>Up to ten classes of the lowest mean utility, worst first.</summary>
    public IReadOnlyList<ClassOperatingCurve> WorstClasses => [.. ClassCurves.OrderBy(curve => curve.MeanUtility).Take(10)];
}
