using Ballast.Core;
using Ballast.Evaluation.Slices.Lines;
using Ballast.Numerics.Significance;

namespace Ballast.Evaluation.Slices;

/// <summary>Finds slices on which a model does worse than elsewhere, and reports those alone that other rows confirm.</summary>
/// <remarks>
/// A search proposes slices on one half of the rows; the other half tests them, one-sided, with Holm's correction over all that are tested: whatever the search
/// tried, the chance that a report on noise names any slice stays at the significance level (rows taken as independent; copies of a row in both halves break
/// that). Losses of 0 and 1 are tested by Fisher's exact test and get Wilson intervals; others by Welch's t test and get t intervals. A slice that shares
/// rows with one reported before it must be worse also without them, so that overlapping slices are shown once.
/// </remarks>
/// <param name="options">How to search; null for the defaults.</param>
public sealed class SliceFinder(SliceFinderOptions? options = null)
{
    private readonly SliceFinderOptions options = options ?? new SliceFinderOptions();

    /// <summary>Finds slices with more errors, as conjunctions of conditions on the columns.</summary>
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

    /// <summary>Finds slices with higher loss, as conjunctions of conditions on the columns.</summary>
    /// <param name="data">A table of n rows.</param>
    /// <param name="losses">The loss of each row, finite, predicted without having been trained on it.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Lengths differ, a loss is not finite, or the dataset has no named columns.</exception>
    public SliceReport Find(Dataset data, ReadOnlySpan<double> losses, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Find(new SliceLineSearch(data), data.RowIds, losses, cancellation);
    }

    /// <summary>Finds slices by any search.</summary>
    /// <param name="search">What proposes slices.</param>
    /// <param name="rowIds">n ids of the user's rows; empty for 0..n-1.</param>
    /// <param name="losses">The loss of each row, finite, predicted without having been trained on it.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a loss is not finite.</exception>
    public SliceReport Find(ISliceSearch search, ReadOnlyMemory<int> rowIds, ReadOnlySpan<double> losses, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(search);
        Guard.SameLength(search.Count, losses.Length, nameof(search), nameof(losses));
        if (!rowIds.IsEmpty)
            Guard.SameLength(search.Count, rowIds.Length, nameof(search), nameof(rowIds));
        foreach (var loss in losses)
            if (!double.IsFinite(loss))
                throw new ArgumentException($"A loss is {loss}; losses must be finite.", nameof(losses));

        var order = RandomStream.For(options.Seed, "slice halves").Permutation(losses.Length);
        var searchCount = Math.Min(losses.Length / 2, options.MaximumSearchRows);
        var (searchRows, testRows) = (order[..searchCount], order[searchCount..]);
        Array.Sort(searchRows);
        Array.Sort(testRows);
        if (searchCount < 2 * options.MinimumRows)
            return Nothing($"{losses.Length} rows are too few: each half needs two slices' worth of {options.MinimumRows} rows");
        var all = losses.ToArray();
        if (Array.TrueForAll(all, loss => loss == all[0]))
            return Nothing(all[0] == 0 ? "there are no errors" : "the loss is the same on every row");

        var candidates = search.Propose(all, searchRows, options, cancellation).Take(options.MaximumCandidates).ToArray();
        return new SliceReport(Confirm(all, rowIds.Span, candidates, testRows, cancellation), candidates.Length, searchCount, testRows.Length) { TestPositions = testRows };

        SliceReport Nothing(string reason) => new([], 0, searchCount, testRows.Length) { Reason = reason, TestPositions = testRows };
    }

    private List<Slice> Confirm(double[] losses, ReadOnlySpan<int> rowIds, SliceCandidate[] candidates, int[] testRows, CancellationToken cancellation)
    {
        var kind = Array.TrueForAll(losses, loss => loss is 0 or 1) ? LossKind.Binary : LossKind.Real;
        var explained = new bool[losses.Length];
        var tested = new Slice[candidates.Length];
        Parallel.For(0, candidates.Length, new ParallelOptions { CancellationToken = cancellation }, c =>
        {
            var (own, others) = Compare(candidates[c], explained, losses, testRows);
            tested[c] = new Slice(candidates[c].Description, candidates[c].Conditions, candidates[c].Rows, own.Estimate(kind), others.Estimate(kind), own.PValueAgainst(others, kind), 1);
        });

        // Slices too small in the testing half cannot be told from noise there; they count as tested all the same.
        var adjusted = OneSidedTest.Holm([.. tested.Select(slice => slice.PValue)]);
        var worse = tested.Select((slice, c) => (Slice: slice with { AdjustedPValue = adjusted[c] }, Candidate: candidates[c]))
            .Where(item => item.Slice.AdjustedPValue <= options.SignificanceLevel && item.Slice.Inside.Count >= options.MinimumRows && IsWorse(item.Slice.Inside.Value, item.Slice.Outside.Value))
            .OrderBy(item => item.Slice.PValue).ThenByDescending(item => item.Slice.Inside.Value);
        var reported = new List<Slice>();
        foreach (var (slice, candidate) in worse)
        {
            var (own, others) = Compare(candidate, explained, losses, testRows);
            if (own.Count < options.MinimumRows || !IsWorse(own.Mean, others.Mean) || own.PValueAgainst(others, kind) > options.SignificanceLevel / tested.Length)
                continue;
            var ids = slice.Rows.ToArray();
            for (var i = 0; i < ids.Length; i++)
            {
                explained[ids[i]] = true;
                ids[i] = rowIds.IsEmpty ? ids[i] : rowIds[ids[i]];
            }
            reported.Add(slice with { RowIds = ids, Among = candidate.Among is { } among ? (ReadOnlyMemory<int>?)among : null });
        }
        return reported;
    }

    private bool IsWorse(double inside, double outside) => inside >= options.MinimumRatio * outside && inside >= options.MinimumLoss;

    // Losses of the testing rows inside and outside a slice, without rows that slices reported before explain.
    private static (LossMoments Own, LossMoments Others) Compare(SliceCandidate candidate, bool[] explained, double[] losses, int[] testRows)
    {
        var inside = new bool[losses.Length];
        foreach (var row in candidate.Rows)
            inside[row] = true;
        var compared = new bool[losses.Length];
        foreach (var row in candidate.Among ?? testRows)
            compared[row] = true;
        var (own, others) = (new LossMoments(), new LossMoments());
        foreach (var row in testRows)
            if (compared[row] && !explained[row])
                (inside[row] ? own : others).Add(losses[row]);
        return (own, others);
    }
}
