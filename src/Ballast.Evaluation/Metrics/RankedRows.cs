namespace Ballast.Evaluation.Metrics;

/// <summary>Rows in descending order of score, ready to measure a ranking for any multiplicities of the rows.</summary>
internal sealed class RankedRows
{
    private readonly int[] order;
    private readonly bool[] endsGroup;
    private readonly bool[] positive;

    public RankedRows(ReadOnlySpan<int> labels, ReadOnlySpan<double> scores)
    {
        order = new int[labels.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        var keys = scores.ToArray();
        Array.Sort(keys, order);
        Array.Reverse(keys);
        Array.Reverse(order);
        (endsGroup, positive) = (new bool[order.Length], new bool[order.Length]);
        for (var i = 0; i < order.Length; i++)
            (endsGroup[i], positive[i]) = (i + 1 == order.Length || keys[i + 1] != keys[i], labels[order[i]] == 1);
    }

    /// <summary>ROC-AUC, average precision and KS of the rows as often as they were drawn; class totals as given.</summary>
    public void Measure(ReadOnlySpan<byte> multiplicities, int positives, int negatives, Span<double> values)
    {
        var (pairs, precision, gap, truePositives, falsePositives, own, ties) = (0L, 0.0, 0.0, 0, 0, 0, 0);
        for (var i = 0; i < order.Length; i++)
        {
            int times = multiplicities[order[i]];
            (own, ties) = positive[i] ? (own + times, ties) : (own, ties + times);
            if (!endsGroup[i])
                continue;
            (truePositives, falsePositives) = (truePositives + own, falsePositives + ties);
            if (own > 0)
            {
                pairs += own * (2L * (negatives - falsePositives) + ties);
                precision += own * ((double)truePositives / (truePositives + falsePositives));
                gap = Math.Max(gap, (double)truePositives / positives - (double)falsePositives / negatives);
            }
            (own, ties) = (0, 0);
        }
        (values[0], values[1], values[2]) = (pairs / (2.0 * positives * negatives), precision / positives, gap);
    }
}
