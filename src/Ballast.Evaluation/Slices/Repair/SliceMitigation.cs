using Ballast.Core;
using Ballast.Evaluation.Slices.Language;
using MathNet.Numerics.Statistics;

namespace Ballast.Evaluation.Slices.Repair;

/// <summary>Repairs a classifier's last layer for every bias that <see cref="Ladder"/> confirmed, without group labels.</summary>
/// <remarks>
/// Source: Ghosh et al., "LADDER", Findings of ACL 2025, section 3.4. For each hypothesis the rows of highest and of lowest score of each class make a set in which the attribute is balanced
/// inside each class; a last layer is fitted to it. The authors' code takes the lowest rows of all classes from one of them and picks a test row's head by its true label; neither is done here.
/// Where the rows are themselves without the bias, one layer fitted to all of them (<see cref="ComparisonHeads.WholeSplit"/>) does as well.
/// </remarks>
public static class SliceMitigation
{
    /// <summary>Fits a head for each confirmed hypothesis.</summary>
    /// <param name="report">What was found on <paramref name="rows"/>.</param>
    /// <param name="rows">The same rows.</param>
    /// <param name="options">How to fit; null for the defaults.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The report is of other rows.</exception>
    public static SliceRepair RetrainLastLayer(LadderReport report, SliceInput rows, SliceMitigationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(rows);
        options ??= new SliceMitigationOptions();
        TestedHypothesis[] confirmed = [.. report.Hypotheses.Where(test => test.IsConfirmed)];
        if (confirmed.Length == 0)
            return new SliceRepair(null, report.Reason is { } reason ? $"nothing was sought: {reason}" : "no hypothesis was confirmed");
        Guard.SameLength(rows.Count, confirmed[0].Scores.Length, nameof(rows), nameof(report));
        var heads = new (TestedHypothesis, LastLayer, double, double)[confirmed.Length];
        Parallel.For(0, confirmed.Length, new ParallelOptions { CancellationToken = cancellation }, h =>
        {
            var chosen = Balanced(rows, confirmed[h].Scores.Span, options.RowsPerSide);
            var labels = Array.ConvertAll(chosen, row => rows.Labels.Span[row]);
            var head = LastLayer.Fit(ComparisonHeads.Pick(rows, chosen), labels, rows.ClassNames.Count, options.Penalty, cancellation: cancellation);
            var scores = confirmed[h].Scores.ToArray();
            heads[h] = (confirmed[h], head, scores.Mean(), scores.PopulationStandardDeviation());
        });
        return new SliceRepair(new HeadEnsemble(report.Aligner!, options.Routing, heads), null);
    }

    // From each class as many rows of highest as of lowest score, ties by position.
    internal static int[] Balanced(SliceInput rows, ReadOnlySpan<double> scores, int rowsPerSide)
    {
        var (all, chosen) = (scores.ToArray(), new List<int>());
        for (var c = 0; c < rows.ClassNames.Count; c++)
        {
            int[] members = [.. Enumerable.Range(0, rows.Count).Where(i => rows.Labels.Span[i] == c).OrderByDescending(i => all[i])];
            var n = Math.Min(rowsPerSide, members.Length / 3);
            chosen.AddRange(members[..n]);
            chosen.AddRange(members[^n..]);
        }
        return [.. chosen];
    }
}
