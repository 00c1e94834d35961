using Ballast.Core;

namespace Ballast.Evaluation.Metrics;

/// <summary>The four cells of a binary confusion matrix, as counts or as shares; positive is the rare class.</summary>
/// <param name="TruePositives">Labelled positive, decided positive.</param>
/// <param name="FalsePositives">Labelled negative, decided positive.</param>
/// <param name="FalseNegatives">Labelled positive, decided negative.</param>
/// <param name="TrueNegatives">Labelled negative, decided negative.</param>
public readonly record struct BinaryCounts(double TruePositives, double FalsePositives, double FalseNegatives, double TrueNegatives)
{
    /// <summary>TP + FN.</summary>
    public double Positives => TruePositives + FalseNegatives;

    /// <summary>FP + TN.</summary>
    public double Negatives => FalsePositives + TrueNegatives;

    /// <summary>TP + FP.</summary>
    public double Flagged => TruePositives + FalsePositives;

    /// <summary>FN + TN.</summary>
    public double Passed => FalseNegatives + TrueNegatives;

    /// <summary>All rows (1 for shares).</summary>
    public double Total => Positives + Negatives;

    /// <summary>Counts decisions; counts of several folds are added, never their metrics averaged.</summary>
    public static BinaryCounts operator +(BinaryCounts a, BinaryCounts b) => new(
        a.TruePositives + b.TruePositives, a.FalsePositives + b.FalsePositives, a.FalseNegatives + b.FalseNegatives, a.TrueNegatives + b.TrueNegatives);

    /// <inheritdoc cref="op_Addition"/>
    public static BinaryCounts Add(BinaryCounts left, BinaryCounts right) => left + right;

    /// <summary>Counts the decisions score >= threshold.</summary>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, labels are not 0/1, a score or the threshold is NaN.</exception>
    public static BinaryCounts FromScores(ReadOnlySpan<int> labels, ReadOnlySpan<double> scores, double threshold)
    {
        LabelledRows.CheckBinary(labels, scores);
        if (double.IsNaN(threshold))
            throw new ArgumentException("The threshold is NaN.", nameof(threshold));
        Span<int> cells = stackalloc int[4];
        for (var i = 0; i < labels.Length; i++)
            cells[2 * labels[i] + (scores[i] >= threshold ? 1 : 0)]++;
        return new BinaryCounts(cells[3], cells[1], cells[2], cells[0]);
    }

    /// <summary>Counts given decisions.</summary>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, labels or decisions are not 0/1.</exception>
    public static BinaryCounts FromDecisions(ReadOnlySpan<int> labels, ReadOnlySpan<int> decisions)
    {
        LabelledRows.Check(labels, decisions.Length, classes: 2);
        LabelledRows.Check(decisions, labels.Length, classes: 2, nameof(decisions));
        Span<int> cells = stackalloc int[4];
        for (var i = 0; i < labels.Length; i++)
            cells[2 * labels[i] + decisions[i]]++;
        return new BinaryCounts(cells[3], cells[1], cells[2], cells[0]);
    }

    internal BinaryCounts Checked()
    {
        Guard.NotNegative(TruePositives);
        Guard.NotNegative(FalsePositives);
        Guard.NotNegative(FalseNegatives);
        Guard.NotNegative(TrueNegatives);
        return Total > 0 && double.IsFinite(Total) ? this : throw new ArgumentException("All four counts are 0, or one is infinite: there is nothing to evaluate.");
    }
}
