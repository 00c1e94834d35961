using Ballast.Core;
using Ballast.Data.LabelErrors;

namespace Ballast.Tests.Data.LabelErrors;

/// <summary>The filters written as the specification words them, with full stable sorts: slow, and the oracle of the fast path.</summary>
internal sealed record NaiveLabelIssues(int[] Labels, Predictions Predictions, int?[] Guess, int[,] Calibrated)
{
    public static NaiveLabelIssues Of(int[] labels, Predictions predictions)
    {
        var classes = predictions.Classes;
        var rows = Enumerable.Range(0, labels.Length);
        var thresholds = Enumerable.Range(0, classes).Select(j =>
            rows.Where(i => labels[i] == j).Select(i => predictions[i, j]).DefaultIfEmpty(2).Average()).ToArray();
        var guess = rows.Select(i =>
        {
            var confident = Enumerable.Range(0, classes).Where(j => predictions[i, j] >= thresholds[j] - 1e-6).ToArray();
            return confident.Length switch { 0 => (int?)null, 1 => confident[0], _ => predictions.ArgMax(i) };
        }).ToArray();
        var counts = new int[classes, classes];
        foreach (var i in rows)
            if (guess[i] is { } j)
                counts[labels[i], j]++;
        for (var k = 0; k < classes; k++)
            counts[k, k] = Math.Max(counts[k, k], 1);
        var given = Enumerable.Range(0, classes).Select(k => labels.Count(y => y == k)).ToArray();
        return new NaiveLabelIssues(labels, predictions, guess, ConfidentLearning.Calibrate(counts, given));
    }

    public IEnumerable<int> Flagged(LabelIssueFilter filter) => filter switch
    {
        LabelIssueFilter.LowSelfConfidence => Lowest(i => Predictions[i, Labels[i]]),
        LabelIssueFilter.LowNormalizedMargin => Lowest(i => Predictions[i, Labels[i]] - Others(i).Max()),
        LabelIssueFilter.ConfidentLearning => Rows.Where(i => OffDiagonal(i) && Contested(i)),
        LabelIssueFilter.PredictedNotGiven => Rows.Where(Contested),
        LabelIssueFilter.PruneByClass => ByClass().Where(Contested).Order(),
        LabelIssueFilter.PruneByNoiseRate => ByNoiseRate().Where(Contested).Order(),
        _ => ByClass().Intersect(ByNoiseRate()).Where(Contested).Order(),
    };

    private IEnumerable<int> Rows => Enumerable.Range(0, Labels.Length);

    private IEnumerable<double> Others(int row) => Enumerable.Range(0, Predictions.Classes).Where(j => j != Labels[row]).Select(j => Predictions[row, j]);

    private bool OffDiagonal(int row) => Guess[row] is { } guess && guess != Labels[row];

    private bool Contested(int row)
    {
        var raised = Predictions.Row(row).ToArray();
        raised[Labels[row]] += 1e-6;
        return Array.IndexOf(raised, raised.Max()) != Labels[row];
    }

    private IEnumerable<int> Lowest(Func<int, double> score) =>
        Rows.OrderBy(score).Take(Rows.Count(i => OffDiagonal(i) && Contested(i))).Order();

    private int[] RowsOf(int label) => [.. Rows.Where(i => Labels[i] == label)];

    private IEnumerable<int> ByClass() => Enumerable.Range(0, Predictions.Classes).Where(k => RowsOf(k).Length > 1).SelectMany(k =>
        RowsOf(k).OrderBy(i => Predictions[i, k]).Take(RowsOf(k).Length - Math.Max(Calibrated[k, k], 1)));

    private HashSet<int> ByNoiseRate() => [.. from k in Enumerable.Range(0, Predictions.Classes)
                                              where RowsOf(k).Length > 1
                                              from j in Enumerable.Range(0, Predictions.Classes)
                                              where j != k
                                              from i in RowsOf(k).OrderByDescending(i => Predictions[i, j] - Predictions[i, k]).Take(Reduced(k, j))
                                              select i];

    // At least one right row a class: a diagonal of 0 takes 1 from the others, in equal parts.
    private int Reduced(int given, int truth)
    {
        var nonzero = Enumerable.Range(0, Predictions.Classes).Count(j => Calibrated[given, j] != 0);
        var raise = Math.Max(Calibrated[given, given], 1) - Calibrated[given, given];
        return (int)Math.Max(Calibrated[given, truth] - raise / Math.Max(nonzero - 1.0, 1), 0);
    }
}
