namespace Ballast.Evaluation.Slices;

/// <summary>Grows branches of a decision tree, several at a time, towards rows of high loss.</summary>
/// <remarks>
/// A branch is scored by the z value of its mean loss against that of all other rows. Each step adds, for every feature, the run of values, the
/// category or the missing value that scores best; a branch that does not stand out within the branch it came from is not kept.
/// </remarks>
internal sealed class SliceSearch(BinnedFeatures features, double[] losses, int minimumRows, int maximumConditions)
{
    private const int Beam = 16;
    private const double LeastScore = 1.5;
    private const double LeastScoreWithinParent = 2;

    private readonly double total = losses.Sum();
    private readonly double deviation = Deviation(losses);

    /// <summary>A branch: its conditions and the rows that meet them.</summary>
    internal sealed record Branch(IReadOnlyList<SliceCondition> Conditions, int[] Rows, double Score);

    private readonly record struct Run(int First, int Last, int Count, double Sum, double Score);

    public List<Branch> Grow(CancellationToken cancellation)
    {
        var grown = new List<Branch>();
        if (deviation == 0)
            return grown;
        var front = new List<Branch> { new([], [.. Enumerable.Range(0, losses.Length)], 0) };
        for (var depth = 0; depth < maximumConditions && front.Count > 0; depth++)
        {
            var work = from branch in front from feature in Enumerable.Range(0, features.Count) where branch.Conditions.All(c => c.Feature != feature) select (branch, feature);
            var jobs = work.ToArray();
            var found = new Branch?[jobs.Length];
            Parallel.For(0, jobs.Length, new ParallelOptions { CancellationToken = cancellation }, i => found[i] = Extend(jobs[i].branch, jobs[i].feature));
            var next = found.OfType<Branch>().OrderByDescending(branch => branch.Score).ToList();
            grown.AddRange(next);
            front = [.. DropRepeats(next).Take(Beam)];
        }
        return grown;
    }

    private Branch? Extend(Branch branch, int feature)
    {
        var bins = features.Bins(feature);
        var codes = features.Codes(feature);
        Span<int> counts = stackalloc int[bins];
        Span<double> sums = stackalloc double[bins];
        counts.Clear();
        sums.Clear();
        foreach (var row in branch.Rows)
        {
            counts[codes[row]]++;
            sums[codes[row]] += losses[row];
        }
        var best = new Run(0, 0, 0, 0, double.NegativeInfinity);
        for (var first = 0; first < bins; first++)
        {
            var (count, sum) = (0, 0.0);
            // Missing (code 0) and categories stand alone; numbers may form runs.
            var last = features.IsOrdered(feature) && first > 0 ? bins - 1 : first;
            for (var b = first; b <= last; b++)
            {
                count += counts[b];
                sum += sums[b];
                if (count >= minimumRows && count < branch.Rows.Length && features.Condition(feature, b) is not null && Score(count, sum, losses.Length, total) is var score && score > best.Score)
                    best = new Run(first, b, count, sum, score);
            }
        }
        var parentSum = 0.0;
        foreach (var sum in sums)
            parentSum += sum;
        if (best.Score < LeastScore || Score(best.Count, best.Sum, branch.Rows.Length, parentSum) < LeastScoreWithinParent && branch.Conditions.Count > 0)
            return null;
        var condition = best.First == best.Last ? features.Condition(feature, best.First)! : features.Range(feature, best.First, best.Last);
        var rows = new int[best.Count];
        var next = 0;
        foreach (var row in branch.Rows)
            if (codes[row] >= best.First && codes[row] <= best.Last)
                rows[next++] = row;
        return new Branch([.. branch.Conditions, condition], rows, best.Score);
    }

    private double Score(int count, double sum, int allCount, double allSum)
    {
        var others = allCount - count;
        return others == 0 ? 0 : (sum / count - (allSum - sum) / others) / (deviation * Math.Sqrt(1.0 / count + 1.0 / others));
    }

    /// <summary>Leaves out branches that hold nearly the rows of one before them (Jaccard above 0.8).</summary>
    public static IEnumerable<Branch> DropRepeats(IEnumerable<Branch> branches)
    {
        var kept = new List<Branch>();
        foreach (var branch in branches)
        {
            if (kept.Any(other => SortedRows.Shared(branch.Rows, other.Rows) is var shared && shared > 0.8 * (branch.Rows.Length + other.Rows.Length - shared)))
                continue;
            kept.Add(branch);
            yield return branch;
        }
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, values.Length - 1));
    }
}
