using Ballast.Core;
using Ballast.Evaluation.Slices.Language;
using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Slices.Repair;

/// <summary>Accuracy before and after a repair, on rows that neither the discovery nor the repair saw.</summary>
/// <param name="Overall">All rows.</param>
/// <param name="Slices">Each confirmed slice of the report.</param>
/// <param name="Classes">Each class that has rows.</param>
/// <param name="Groups">Each known group that has rows; empty where none were given.</param>
public sealed record RepairReport(RepairFigure Overall, IReadOnlyList<RepairFigure> Slices, IReadOnlyList<RepairFigure> Classes, IReadOnlyList<RepairFigure> Groups)
{
    /// <summary>The lowest accuracy of a slice before, and the lowest after; null where no slice has rows.</summary>
    public (Estimate Before, Estimate After)? WorstSlice => Worst(Slices);

    /// <summary>The same of classes.</summary>
    public (Estimate Before, Estimate After)? WorstClass => Worst(Classes);

    /// <summary>The same of groups; null where none were given.</summary>
    public (Estimate Before, Estimate After)? WorstGroup => Worst(Groups);

    /// <summary>Compares.</summary>
    /// <param name="report">What was found on other rows.</param>
    /// <param name="rows">n rows with the old model's predictions.</param>
    /// <param name="after">n classes that the repaired model predicts.</param>
    /// <param name="groups">n known groups, from 0; empty for none.</param>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    public static RepairReport Measure(LadderReport report, SliceInput rows, ReadOnlySpan<int> after, ReadOnlySpan<int> groups = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(rows);
        Guard.SameLength(rows.Count, after.Length, nameof(rows), nameof(after));
        if (!groups.IsEmpty)
            Guard.SameLength(rows.Count, groups.Length, nameof(rows), nameof(groups));
        var (repaired, grouped, labels) = (after.ToArray(), groups.ToArray(), rows.Labels.ToArray());
        var mapped = report.Aligner?.Map(rows.Representations.Span) ?? [];
        int[] all = [.. Enumerable.Range(0, rows.Count)];
        return new RepairReport(
            Figure("all rows", all),
            [.. report.Slices.Select(slice =>
            {
                var scores = slice.Hypothesis.ScoresOf(mapped);
                return Figure(slice.Slice.Description, [.. all.Where(i => labels[i] == slice.Hypothesis.Class && slice.Hypothesis.Marks(scores[i]))]);
            })],
            [.. Enumerable.Range(0, rows.ClassNames.Count).Select(c => Figure($"'{rows.ClassNames[c]}'", [.. all.Where(i => labels[i] == c)])).Where(figure => figure.Before.Count > 0)],
            [.. grouped.Distinct().Order().Select(group => Figure($"group {group}", [.. all.Where(i => grouped[i] == group)]))]);

        RepairFigure Figure(string name, int[] part) => new(
            name, BinomialInterval.WilsonEstimate(part.Count(i => rows.Predictions.Span[i] == labels[i]), part.Length), BinomialInterval.WilsonEstimate(part.Count(i => repaired[i] == labels[i]), part.Length));
    }

    private static (Estimate, Estimate)? Worst(IReadOnlyList<RepairFigure> figures) => figures.Where(figure => figure.Before.Count > 0).ToArray() is { Length: > 0 } measured
        ? (measured.MinBy(figure => figure.Before.Value)!.Before, measured.MinBy(figure => figure.After.Value)!.After)
        : null;
}
