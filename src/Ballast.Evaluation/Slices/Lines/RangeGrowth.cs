namespace Ballast.Evaluation.Slices.Lines;

/// <summary>Improves a conjunction one condition at a time, by the z value of its mean loss against that of all other rows.</summary>
internal sealed class RangeGrowth(BinnedFeatures features, double[] losses, int minimumRows, int maximumConditions)
{
    private const double LeastScore = 1.5;
    private const double LeastScoreWithinParent = 2;
    private const double LeastScoreDeepened = 3.5; // the best of some hundred runs on any column: chance alone reaches 3
    private const int MaximumRounds = 6;

    private readonly double total = losses.Sum();
    private readonly double deviation = Deviation(losses);

    /// <summary>A conjunction, its rows, ascending, and its z value.</summary>
    internal sealed record Grown(CodeRun[] Runs, int[] Rows, double Score);

    /// <summary>The best conjunction reached from a seed; null where none stands out.</summary>
    public Grown? Grow(CodeRun[] seed)
    {
        if (deviation == 0)
            return null;
        CodeRun[] runs = [.. seed.Take(maximumConditions)];
        for (var round = 0; round < MaximumRounds; round++)
        {
            CodeRun[] before = [.. runs];
            for (var c = 0; c < runs.Length; c++)
                if (BestRun(RowsOf(runs, without: c), runs[c].Feature) is { } best)
                    runs[c] = best;
            if (runs.AsSpan().SequenceEqual(before))
                break;
        }
        while (runs.Length > 1 && Weakest(runs) is var (weakest, score) && score < LeastScoreWithinParent)
            runs = [.. runs.Where((_, c) => c != weakest)];
        if (runs.Length == 1 && BestRun(RowsOf(runs, without: 0), runs[0].Feature) is { } alone)
            runs[0] = alone;
        var rows = RowsOf(runs, without: -1);
        if (runs[0].Last < runs[0].First || rows.Length < minimumRows || rows.Length == losses.Length)
            return null;
        var reached = Score(rows.Length, rows.Sum(row => losses[row]), losses.Length, total);
        return reached < LeastScore ? null : new Grown([.. runs.OrderBy(run => run.Feature)], rows, reached);
    }

    /// <summary>The slice with the best condition on one more column; null where it has one there, or does not stand out within the slice it came from.</summary>
    public Grown? Deepen(Grown slice, int feature)
    {
        if (slice.Runs.Any(run => run.Feature == feature) || BestRun(slice.Rows, feature) is not { } run)
            return null;
        var codes = features.Codes(feature);
        var rows = new List<int>();
        foreach (var row in slice.Rows)
            if (run.Holds(codes[row]))
                rows.Add(row);
        var sum = rows.Sum(row => losses[row]);
        var score = Score(rows.Count, sum, losses.Length, total);
        return score > slice.Score && rows.Count < slice.Rows.Length && Score(rows.Count, sum, slice.Rows.Length, slice.Rows.Sum(row => losses[row])) >= LeastScoreDeepened
            ? new Grown([.. slice.Runs.Append(run).OrderBy(other => other.Feature)], [.. rows], score)
            : null;
    }

    // The condition whose slice stands out least within the slice without it.
    private (int Condition, double Score) Weakest(CodeRun[] runs)
    {
        var rows = RowsOf(runs, without: -1);
        var sum = rows.Sum(row => losses[row]);
        var scores = runs.Select((_, c) => RowsOf(runs, without: c) is var parent && rows.Length > 0 ? Score(rows.Length, sum, parent.Length, parent.Sum(row => losses[row])) : 0).ToArray();
        var least = Array.IndexOf(scores, scores.Min());
        return (least, scores[least]);
    }

    private int[] RowsOf(CodeRun[] runs, int without)
    {
        var rows = new int[losses.Length];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = i;
        var kept = rows.Length;
        for (var c = 0; c < runs.Length; c++)
        {
            if (c == without)
                continue;
            var codes = features.Codes(runs[c].Feature);
            var next = 0;
            for (var i = 0; i < kept; i++)
            {
                rows[next] = rows[i];
                next += runs[c].Holds(codes[rows[i]]) ? 1 : 0;
            }
            kept = next;
        }
        return rows[..kept];
    }

    private CodeRun? BestRun(int[] rows, int feature)
    {
        var bins = features.Bins(feature);
        var codes = features.Codes(feature);
        Span<int> counts = stackalloc int[bins];
        Span<double> sums = stackalloc double[bins];
        counts.Clear();
        sums.Clear();
        foreach (var row in rows)
        {
            counts[codes[row]]++;
            sums[codes[row]] += losses[row];
        }
        (CodeRun? Run, double Score) best = (null, double.NegativeInfinity);
        for (var first = 0; first < bins; first++)
        {
            var (count, sum) = (0, 0.0);
            // Missing (code 0) and categories stand alone; numbers may form runs.
            var end = features.IsOrdered(feature) && first > 0 ? bins - 1 : first;
            for (var b = first; b <= end; b++)
            {
                count += counts[b];
                sum += sums[b];
                if (count >= minimumRows && count < losses.Length && features.Condition(feature, b) is not null && Score(count, sum, losses.Length, total) is var score && score > best.Score)
                    best = (new CodeRun(feature, first, b), score);
            }
        }
        return best.Run;
    }

    private double Score(int count, double sum, int allCount, double allSum)
    {
        var others = allCount - count;
        return others == 0 ? 0 : (sum / count - (allSum - sum) / others) / (deviation * Math.Sqrt(1.0 / count + 1.0 / others));
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, values.Length - 1));
    }
}
