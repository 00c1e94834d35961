using Ballast.Core;

namespace Ballast.Evaluation.Slices.Lines;

/// <summary>SliceLine: the exact best conjunctions of values on which a model errs most, by levels with pruning.</summary>
/// <remarks>
/// Source: Sagadeeva and Boehm, "SliceLine: Fast, Linear-Algebra-based Slice Finding for ML Model Debugging", SIGMOD 2021. Score of a slice S of n rows with mean
/// error e_S against e overall: alpha (e_S / e - 1) - (1 - alpha) (n / |S| - 1). A conjunction of l predicates is looked at only if all l conjunctions of
/// l - 1 of them were kept, and if the bound from the smallest size, error sum and largest error among these could still reach the best k (eq. 3 there).
/// The bound's size is not rounded: with whole sizes it fails for errors that are no integers. Equal to looking at all conjunctions, on any number of threads.
/// Memory: n bits a frequent value. This is a search: what it finds on the rows it searched is not yet evidence (see <see cref="SliceFinder"/>).
/// </remarks>
/// <param name="options">What to look for; null for the defaults.</param>
public sealed class SliceLine(SliceLineOptions? options = null)
{
    private readonly SliceLineOptions options = options ?? new SliceLineOptions();

    /// <summary>Finds the best slices of a table of categories.</summary>
    /// <param name="columns">Columns of n codes of at least 0; a negative code is a missing value, which meets no predicate.</param>
    /// <param name="errors">n errors of at least 0: 0 and 1, or any loss.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Lengths differ, or an error is negative or not finite.</exception>
    public SliceLineResult Search(IReadOnlyList<int[]> columns, ReadOnlySpan<double> errors, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(columns);
        foreach (var column in columns)
            Guard.SameLength(errors.Length, column.Length, nameof(errors), nameof(columns));
        var ranked = new RankedErrors(errors);
        var support = options.SupportOf(ranked.Count);
        var perColumn = new List<Candidate>[columns.Count];
        Parallel.For(0, columns.Count, new ParallelOptions { CancellationToken = cancellation }, j =>
        {
            // Codes may be sparse (ids, years): they are numbered by value first.
            int[] values = [.. columns[j].Where(code => code >= 0).Distinct().Order()];
            var dense = values.Length == 0 || values[^1] == values.Length - 1 ? columns[j] : Array.ConvertAll(columns[j], code => code < 0 ? -1 : Array.BinarySearch(values, code));
            var sets = ranked.Sets(dense, values.Length, support);
            perColumn[j] = [.. Enumerable.Range(0, values.Length).Where(v => sets[v] is not null).Select(v => new Candidate(new SlicePredicate(j, values[v]), sets[v]!))];
        });
        return Search([.. perColumn.SelectMany(list => list)], ranked, cancellation);
    }

    /// <summary>A predicate and its rows, by <see cref="RankedErrors"/>' places. Predicates of one column may overlap.</summary>
    internal sealed record Candidate(SlicePredicate Predicate, ulong[] Rows);

    // A conjunction that was looked at: positions of its predicates, ascending.
    private sealed record Node(int[] Predicates, SliceTotals Totals);

    /// <summary>The search over given predicates, ordered by column.</summary>
    internal SliceLineResult Search(IReadOnlyList<Candidate> predicates, RankedErrors errors, CancellationToken cancellation)
    {
        var scorer = new SliceScore(options.Alpha, errors.Count, errors.Sum, options.SupportOf(errors.Count));
        if (errors.Sum == 0)
            return new SliceLineResult([], 0, false, 0);
        var top = new List<Node>();
        List<Node> level = [.. predicates.Select((predicate, p) => new Node([p], errors.Measure(predicate.Rows, predicate.Rows)))];
        long evaluated = level.Count;
        for (var depth = 1; ; depth++)
        {
            Merge(top, level, scorer);
            // Slices of later levels have more predicates, so at an equal score they come after the k-th of now.
            var least = top.Count < options.TopSlices ? 0 : scorer.Score(top[^1].Totals);
            level.RemoveAll(node => !scorer.MayHold(node.Totals, least));
            if (depth == options.MaximumPredicates || level.Count == 0)
                return Result(top, predicates, scorer, depth, false, evaluated);
            if (Joins(level) > options.MaximumCandidates)
                return Result(top, predicates, scorer, depth, true, evaluated);
            level = Join(level, predicates, errors, scorer, least, cancellation);
            evaluated += level.Count;
        }
    }

    private void Merge(List<Node> top, List<Node> level, SliceScore scorer)
    {
        top.AddRange(level.Where(node => node.Totals.Size >= scorer.Support && scorer.Score(node.Totals) > 0));
        var best = top.OrderByDescending(node => scorer.Score(node.Totals)).ThenBy(node => node.Predicates.Length)
            .ThenBy(node => node.Predicates, Comparer<int[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))).Take(options.TopSlices).ToArray();
        top.Clear();
        top.AddRange(best);
    }

    private static SliceLineResult Result(List<Node> top, IReadOnlyList<Candidate> predicates, SliceScore scorer, int depth, bool stopped, long evaluated) => new(
        [.. top.Select(node => new ScoredSlice([.. node.Predicates.Select(p => predicates[p].Predicate)], scorer.Score(node.Totals), node.Totals.Size, node.Totals.Sum))],
        depth, stopped, evaluated);

    // Nodes are in lexicographic order: those that share all predicates but the last stand together.
    private static int GroupEnd(List<Node> level, int start)
    {
        var prefix = level[start].Predicates.AsSpan()[..^1];
        var end = start + 1;
        while (end < level.Count && level[end].Predicates.AsSpan()[..^1].SequenceEqual(prefix))
            end++;
        return end;
    }

    private static long Joins(List<Node> level)
    {
        var joins = 0L;
        for (int start = 0, end; start < level.Count; start = end)
        {
            end = GroupEnd(level, start);
            joins += (long)(end - start) * (end - start - 1) / 2;
        }
        return joins;
    }

    private static List<Node> Join(List<Node> level, IReadOnlyList<Candidate> predicates, RankedErrors errors, SliceScore scorer, double least, CancellationToken cancellation)
    {
        var depth = level[0].Predicates.Length;
        var ends = new int[level.Count];
        for (var start = 0; start < level.Count; start = ends[start])
            ends.AsSpan(start, GroupEnd(level, start) - start).Fill(GroupEnd(level, start));
        var alive = new Dictionary<int[], SliceTotals>(level.Count, PredicateKeys.Instance);
        foreach (var node in level)
            alive.Add(node.Predicates, node.Totals);
        var parents = alive.GetAlternateLookup<ReadOnlySpan<int>>();
        var found = new List<Node>[level.Count];
        Parallel.For(0, level.Count, new ParallelOptions { CancellationToken = cancellation }, () => new Scratch(new ulong[errors.Words], new int[depth + 1], new int[depth]), (i, _, scratch) =>
        {
            found[i] = Extend(i);
            return scratch;

            List<Node> Extend(int i)
            {
                var made = new List<Node>();
                var node = level[i];
                ReadOnlySpan<ulong> rows = default;
                node.Predicates.CopyTo(scratch.Child, 0);
                for (var k = i + 1; k < ends[i]; k++)
                {
                    var last = level[k].Predicates[^1];
                    if (predicates[last].Predicate.Column == predicates[node.Predicates[^1]].Predicate.Column)
                        continue;
                    scratch.Child[depth] = last;
                    if (ParentBound(scratch, node.Totals, level[k].Totals, parents) is not { } bound || !scorer.MayHold(bound, least))
                        continue;
                    if (rows.IsEmpty)
                        rows = Rows(node, predicates, scratch.Rows);
                    var totals = errors.Measure(rows, predicates[last].Rows);
                    if (totals.Size >= scorer.Support)
                        made.Add(new Node([.. scratch.Child], totals));
                }
                return made;
            }
        }, _ => { });
        return [.. found.SelectMany(list => list)];
    }

    private sealed record Scratch(ulong[] Rows, int[] Child, int[] Parent);

    private static ReadOnlySpan<ulong> Rows(Node node, IReadOnlyList<Candidate> predicates, ulong[] scratch)
    {
        var rows = predicates[node.Predicates[0]].Rows;
        if (node.Predicates.Length == 1)
            return rows;
        rows.CopyTo(scratch, 0);
        for (var p = 1; p < node.Predicates.Length; p++)
            System.Numerics.Tensors.TensorPrimitives.BitwiseAnd<ulong>(scratch, predicates[node.Predicates[p]].Rows, scratch);
        return scratch;
    }

    // The smallest totals over all parents; null where one is not alive. The two that were joined are known.
    private static SliceTotals? ParentBound(Scratch scratch, SliceTotals left, SliceTotals right, Dictionary<int[], SliceTotals>.AlternateLookup<ReadOnlySpan<int>> alive)
    {
        var bound = Least(left, right);
        for (var dropped = 0; dropped < scratch.Child.Length - 2; dropped++)
        {
            scratch.Child.AsSpan(0, dropped).CopyTo(scratch.Parent);
            scratch.Child.AsSpan(dropped + 1).CopyTo(scratch.Parent.AsSpan(dropped));
            if (!alive.TryGetValue(scratch.Parent, out var parent))
                return null;
            bound = Least(bound, parent);
        }
        return bound;
    }

    private static SliceTotals Least(SliceTotals a, SliceTotals b) => new(Math.Min(a.Size, b.Size), Math.Min(a.Sum, b.Sum), Math.Min(a.Largest, b.Largest));
}
