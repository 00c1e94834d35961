using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Metrics;

/// <summary>Scores reduced to what ROC-AUC, average precision and KS depend on, so that a resample costs as many steps as there are distinct positive scores.</summary>
/// <remarks>
/// All three change only at scores that a positive has: of the negatives it matters how many tie with such a score and how many lie between
/// two of them, not which. With 0.2% positives a resample of a million rows is one of four thousand cells. Exact.
/// </remarks>
internal sealed class RankingSample
{
    private readonly GroupedResampler positives, negatives;
    private readonly int positiveCount, negativeCount, groups;

    public RankingSample(ThresholdSweep sweep)
    {
        (positiveCount, negativeCount) = (sweep.Positives, sweep.Negatives);
        // Negative cells, descending: above group 0, tied with group 0, between groups 0 and 1, tied with group 1, ..., below all.
        var (groupSizes, cells) = (new List<int>(), new List<int>());
        var (truePositives, falsePositives) = (sweep.TruePositives.ToArray(), sweep.FalsePositives.ToArray());
        var between = 0;
        for (var k = 1; k < truePositives.Length; k++)
        {
            var (own, ties) = (truePositives[k] - truePositives[k - 1], falsePositives[k] - falsePositives[k - 1]);
            if (own == 0)
            {
                between += ties;
                continue;
            }
            groupSizes.Add(own);
            cells.Add(between);
            cells.Add(ties);
            between = 0;
        }
        cells.Add(between);
        groups = groupSizes.Count;
        (positives, negatives) = (new GroupedResampler([.. groupSizes]), new GroupedResampler([.. cells]));
    }

    /// <summary>ROC-AUC, average precision and KS with their bootstrap intervals, stratified by label.</summary>
    public BootstrapDraws Bootstrap(BootstrapOptions options, CancellationToken cancellation) => Numerics.Intervals.Bootstrap.Run(
        3, options, "ranking metrics", () => (Own: new int[groups], Others: new int[2 * groups + 1]), (random, counts, values) =>
        {
            positives.Draw(random, counts.Own);
            negatives.Draw(random, counts.Others);
            Measure(counts.Own, counts.Others, values);
        }, cancellation);

    private void Measure(ReadOnlySpan<int> own, ReadOnlySpan<int> others, Span<double> values)
    {
        var (pairs, precision, gap, truePositives, falsePositives) = (0L, 0.0, 0.0, 0, 0);
        for (var g = 0; g < own.Length; g++)
        {
            var ties = others[2 * g + 1];
            falsePositives += others[2 * g] + ties;
            if (own[g] == 0)
                continue;
            truePositives += own[g];
            pairs += (long)own[g] * (2L * (negativeCount - falsePositives) + ties);
            precision += own[g] * ((double)truePositives / (truePositives + falsePositives));
            gap = Math.Max(gap, (double)truePositives / positiveCount - (double)falsePositives / negativeCount);
        }
        (values[0], values[1], values[2]) = (pairs / (2.0 * positiveCount * negativeCount), precision / positiveCount, gap);
    }
}
