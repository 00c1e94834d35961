using Ballast.Core;
using Ballast.Numerics.Intervals;
using Ballast.Numerics.Significance;
using MathNet.Numerics.Distributions;

namespace Ballast.Evaluation.Slices;

/// <summary>Finds slices of a table, conjunctions of at most three conditions, on which a model does worse than elsewhere.</summary>
/// <remarks>
/// Branches of a decision tree are grown on one half of the rows and tested on the other, one-sided, with Holm's correction over all that
/// are tested: whatever the search tried, the chance that a report on noise names any slice stays at the significance level (rows
/// taken as independent; copies of a row in both halves break that). Losses of 0 and 1 are tested by Fisher's exact test and get Wilson
/// intervals; others by Welch's t test and get t intervals.
/// </remarks>
/// <param name="options">How to search; null for the defaults.</param>
public sealed class SliceFinder(SliceFinderOptions? options = null)
{
    private readonly SliceFinderOptions options = options ?? new SliceFinderOptions();

    /// <summary>Finds slices with more errors.</summary>
    /// <param name="data">A table of n rows.</param>
    /// <param name="errors">Whether the model erred on each row, predicted without having been trained on it.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Lengths differ, or the dataset has no named columns.</exception>
    public SliceReport Find(Dataset data, ReadOnlySpan<bool> errors, CancellationToken cancellation = default)
    {
        var losses = new double[errors.Length];
        for (var i = 0; i < losses.Length; i++)
            losses[i] = errors[i] ? 1 : 0;
        return Find(data, losses, cancellation);
    }

    /// <summary>Finds slices with higher loss.</summary>
    /// <param name="data">A table of n rows.</param>
    /// <param name="losses">The loss of each row, finite, predicted without having been trained on it.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Lengths differ, a loss is not finite, or the dataset has no named columns.</exception>
    public SliceReport Find(Dataset data, ReadOnlySpan<double> losses, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        Guard.SameLength(data.Count, losses.Length, nameof(data), nameof(losses));
        if (data.Width > 0 && data.Columns.Count == 0)
            throw new ArgumentException("Slices are sought in tables; this dataset has no named columns.", nameof(data));
        foreach (var loss in losses)
            if (!double.IsFinite(loss))
                throw new ArgumentException($"A loss is {loss}; losses must be finite.", nameof(losses));

        var order = RandomStream.For(options.Seed, "slice halves").Permutation(data.Count);
        var searchCount = Math.Min(data.Count / 2, options.MaximumSearchRows);
        var (searchRows, testRows) = (order[..searchCount], order[searchCount..]);
        Array.Sort(searchRows);
        Array.Sort(testRows);
        if (searchCount < 2 * options.MinimumRows)
            return new SliceReport([], 0, searchCount, testRows.Length);

        var all = losses.ToArray();
        var searchLosses = Array.ConvertAll(searchRows, row => all[row]);
        var grown = new SliceSearch(new BinnedFeatures(data, searchRows), searchLosses, options.MinimumRows, options.MaximumConditions).Grow(cancellation);
        var candidates = SliceSearch.DropRepeats(grown.OrderByDescending(branch => branch.Score).ThenBy(branch => branch.Conditions.Count))
            .Take(options.MaximumCandidates).Select(branch => branch.Conditions).ToArray();
        return Test(data, all, candidates, searchCount, testRows, cancellation);
    }

    private SliceReport Test(Dataset data, double[] losses, IReadOnlyList<SliceCondition>[] candidates, int searchCount, int[] testRows, CancellationToken cancellation)
    {
        var binary = Array.TrueForAll(losses, loss => loss is 0 or 1);
        var isTest = new bool[data.Count];
        foreach (var row in testRows)
            isTest[row] = true;
        var tested = new Slice[candidates.Length];
        Parallel.For(0, candidates.Length, new ParallelOptions { CancellationToken = cancellation }, c =>
        {
            var rows = RowsOf(data, candidates[c]);
            var inside = new bool[data.Count];
            foreach (var row in rows)
                inside[row] = true;
            var (own, others) = (new Moments(), new Moments());
            foreach (var row in testRows)
                (inside[row] ? own : others).Add(losses[row]);
            tested[c] = new Slice(candidates[c], rows, own.Estimate(binary), others.Estimate(binary), PValue(own, others, binary), 1);
        });

        // Slices too small in the testing half cannot be told from noise there; they count as tested all the same.
        var adjusted = OneSidedTest.Holm([.. tested.Select(slice => slice.PValue)]);
        var worse = tested.Select((slice, c) => slice with { AdjustedPValue = adjusted[c] })
            .Where(slice => slice.AdjustedPValue <= options.SignificanceLevel && slice.Inside.Count >= options.MinimumRows
                && slice.Inside.Value >= options.MinimumRatio * slice.Outside.Value)
            .OrderBy(slice => slice.PValue).ThenByDescending(slice => slice.Inside.Value);
        // A slice that shares rows with a worse one looks bad too: only what is left of it, without rows reported already, counts.
        var reported = new List<Slice>();
        var explained = new bool[data.Count];
        foreach (var slice in worse)
        {
            if (!IsWorseWithout(explained, slice, losses, testRows, binary, candidates.Length))
                continue;
            reported.Add(slice);
            foreach (var row in slice.Rows.Span)
                explained[row] = true;
        }
        return new SliceReport(reported, candidates.Length, searchCount, testRows.Length);
    }

    private bool IsWorseWithout(bool[] explained, Slice slice, double[] losses, int[] testRows, bool binary, int tested)
    {
        var inside = new bool[losses.Length];
        foreach (var row in slice.Rows.Span)
            inside[row] = true;
        var (own, others) = (new Moments(), new Moments());
        foreach (var row in testRows)
            if (!explained[row])
                (inside[row] ? own : others).Add(losses[row]);
        return own.Count >= options.MinimumRows && own.Mean >= options.MinimumRatio * others.Mean
            && PValue(own, others, binary) <= options.SignificanceLevel / tested;
    }

    /// <summary>Positions of the rows that meet all conditions, ascending.</summary>
    public static int[] RowsOf(Dataset data, IReadOnlyList<SliceCondition> conditions)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(conditions);
        var rows = new List<int>();
        for (var i = 0; i < data.Count; i++)
        {
            var row = data.Row(i);
            var all = true;
            for (var c = 0; all && c < conditions.Count; c++)
                all = conditions[c].Matches(row[conditions[c].Feature]);
            if (all)
                rows.Add(i);
        }
        return [.. rows];
    }

    private static double PValue(Moments own, Moments others, bool binary) => binary
        ? OneSidedTest.Fisher((int)own.Sum, own.Count, (int)others.Sum, others.Count)
        : OneSidedTest.Welch(own.Mean, own.Variance, own.Count, others.Mean, others.Variance, others.Count);

    /// <summary>Count, mean and variance by Welford's recurrence.</summary>
    private sealed class Moments
    {
        private double squares;

        public int Count { get; private set; }

        public double Mean { get; private set; }

        public double Sum { get; private set; }

        public double Variance => Count < 2 ? 0 : squares / (Count - 1);

        public void Add(double value)
        {
            Count++;
            Sum += value;
            var step = value - Mean;
            Mean += step / Count;
            squares += step * (value - Mean);
        }

        public Estimate Estimate(bool binary)
        {
            if (binary)
                return BinomialInterval.WilsonEstimate((int)Sum, Count);
            var half = Count < 2 ? double.PositiveInfinity : StudentT.InvCDF(0, 1, Count - 1, 0.975) * Math.Sqrt(Variance / Count);
            return new Estimate(Mean, new Interval(Mean - half, Mean + half), Count);
        }
    }
}
