using Ballast.Core;

namespace Ballast.Evaluation.Slices.Lines;

/// <summary>Proposes conjunctions of ranges and categories: SliceLine on the binned columns gives seeds, whose ranges then grow to their best ends.</summary>
/// <remarks>
/// Numbers are offered to SliceLine as runs of bins that hold a half, a quarter and an eighth of the rows, for slices of two conditions. Each slice it finds, and the best single condition
/// on each column, is then improved a condition at a time by the z value of its mean loss against all other rows, over all runs of at most 32 bins; conditions that do not stand out
/// within the others are dropped. The best of these take a further condition, which is kept where the slice still stands out within the one it came from.
/// </remarks>
/// <param name="data">A table with named columns.</param>
public sealed class SliceLineSearch(Dataset data) : ISliceSearch
{
    // SliceLine's usual 0.95 asks a slice of 5% of the rows to err twice as often as all; a model that errs on every fourth row rarely does.
    private const double Alpha = 0.99;
    private const int Seeds = 200;
    private const int SeedConditions = 2;
    private const int Deepened = 16;
    private const double WordBudget = 2e9; // words of rows that the search may read: seconds

    private readonly Dataset data = data.Width == 0 || data.Columns.Count > 0 ? data : throw new ArgumentException("Slices are sought in tables; this dataset has no named columns.", nameof(data));

    /// <inheritdoc/>
    public int Count => data.Count;

    /// <inheritdoc/>
    public IReadOnlyList<SliceCandidate> Propose(ReadOnlyMemory<double> losses, int[] searchRows, SliceFinderOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(searchRows);
        ArgumentNullException.ThrowIfNull(options);
        var own = new double[searchRows.Length];
        for (var i = 0; i < own.Length; i++)
            own[i] = losses.Span[searchRows[i]];
        var features = new BinnedFeatures(data, searchRows);
        var growth = new RangeGrowth(features, own, options.MinimumRows, options.MaximumConditions);
        var seeds = Seed(features, own, options, cancellation);
        seeds.AddRange(Enumerable.Range(0, features.Count).Select(feature => (CodeRun[])[new CodeRun(feature, 0, -1)]));
        var grown = new RangeGrowth.Grown?[seeds.Count];
        Parallel.For(0, seeds.Count, new ParallelOptions { CancellationToken = cancellation }, s => grown[s] = growth.Grow(seeds[s]));
        var all = new List<RangeGrowth.Grown>(grown.OfType<RangeGrowth.Grown>());
        for (var depth = 2; depth < options.MaximumConditions; depth++)
        {
            var deepest = DropRepeats(Ordered(all.Where(slice => slice.Runs.Length == depth))).Take(Deepened).ToArray();
            var deeper = new RangeGrowth.Grown?[deepest.Length * features.Count];
            Parallel.For(0, deeper.Length, new ParallelOptions { CancellationToken = cancellation }, i => deeper[i] = growth.Deepen(deepest[i / features.Count], i % features.Count));
            all.AddRange(deeper.OfType<RangeGrowth.Grown>());
        }
        return [.. DropRepeats(Ordered(all)).Take(options.MaximumCandidates).Select(slice => Candidate([.. slice.Runs.Select(run => features.Range(run.Feature, run.First, run.Last))]))];
    }

    private static IEnumerable<RangeGrowth.Grown> Ordered(IEnumerable<RangeGrowth.Grown> slices) =>
        slices.OrderByDescending(slice => slice.Score).ThenBy(slice => slice.Runs.Length).ThenBy(slice => slice.Rows.Length);

    private SliceCandidate Candidate(IReadOnlyList<SliceCondition> conditions)
    {
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
        return new SliceCandidate(string.Join(" and ", conditions), conditions, [.. rows]);
    }

    private static List<CodeRun[]> Seed(BinnedFeatures features, double[] losses, SliceFinderOptions options, CancellationToken cancellation)
    {
        var least = losses.Min();
        var ranked = new RankedErrors(least < 0 ? Array.ConvertAll(losses, loss => loss - least) : losses);
        var support = Math.Max(options.MinimumRows, (losses.Length + 99) / 100);
        var runs = new List<CodeRun>();
        var predicates = new List<SliceLine.Candidate>();
        for (var j = 0; j < features.Count; j++)
        {
            var codes = new int[losses.Length];
            for (var i = 0; i < codes.Length; i++)
                codes[i] = features.Codes(j)[i];
            var sets = ranked.Sets(codes, features.Bins(j), 1);
            foreach (var run in Runs(features, j))
            {
                var rows = new ulong[ranked.Words];
                for (var code = run.First; code <= run.Last; code++)
                    if (sets[code] is { } set)
                        System.Numerics.Tensors.TensorPrimitives.BitwiseOr<ulong>(rows, set, rows);
                predicates.Add(new SliceLine.Candidate(new SlicePredicate(j, runs.Count), rows));
                runs.Add(run);
            }
        }
        var lineOptions = new SliceLineOptions
        {
            Alpha = Alpha,
            MinimumSupport = support,
            MaximumPredicates = Math.Min(SeedConditions, options.MaximumConditions),
            TopSlices = Seeds,
            MaximumCandidates = (long)(WordBudget / ranked.Words),
        };
        var found = new SliceLine(lineOptions).Search(predicates, ranked, cancellation);
        return [.. found.Slices.Select(slice => slice.Predicates.Select(predicate => runs[predicate.Value]).ToArray())];
    }

    // Each category and missing; of numbers, runs of bins near a half, a quarter and an eighth of the rows, and single values where there are few.
    private static IEnumerable<CodeRun> Runs(BinnedFeatures features, int feature)
    {
        var bins = features.Bins(feature);
        var counts = new int[bins];
        foreach (var code in features.Codes(feature))
            counts[code]++;
        if (!features.IsOrdered(feature))
            return Enumerable.Range(0, bins).Where(code => counts[code] > 0 && features.Condition(feature, code) is not null).Select(code => new CodeRun(feature, code, code));
        var runs = new HashSet<(int First, int Last)>();
        if (counts[0] > 0)
            runs.Add((0, 0));
        if (bins <= 9)
            runs.UnionWith(Enumerable.Range(1, bins - 1).Select(code => (code, code)));
        var present = counts.Skip(1).Sum();
        foreach (var parts in (int[])[2, 4, 8])
        {
            int first = 1, before = 0;
            for (var code = 1; code < bins; code++)
            {
                // A bin belongs to the part in which its middle row lies.
                var part = Part(before, counts[code]);
                before += counts[code];
                if (code + 1 < bins && Part(before, counts[code + 1]) == part)
                    continue;
                runs.Add((first, code));
                first = code + 1;
            }

            long Part(int rowsBefore, int rows) => (rowsBefore + rows / 2L) * parts / Math.Max(1, present);
        }
        runs.Remove((1, bins - 1));
        return runs.Order().Select(run => new CodeRun(feature, run.First, run.Last));
    }

    // Leaves out slices that hold nearly the rows of one before them (Jaccard above 0.8).
    private static IEnumerable<RangeGrowth.Grown> DropRepeats(IEnumerable<RangeGrowth.Grown> slices)
    {
        var kept = new List<RangeGrowth.Grown>();
        foreach (var slice in slices)
        {
            if (kept.Any(other => SortedRows.Shared(slice.Rows, other.Rows) is var shared && shared > 0.8 * (slice.Rows.Length + other.Rows.Length - shared)))
                continue;
            kept.Add(slice);
            yield return slice;
        }
    }
}
