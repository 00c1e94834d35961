using Ballast.Robustness.Bounds;
using Ballast.Robustness.Bounds.Steps;
using static TorchSharp.torch;

namespace Ballast.Robustness.Verification;

/// <summary>Branch and bound over neurons, a ReLU by its sign and a sigmoid by halves, with lines and multipliers optimised on every part: for networks of many inputs.</summary>
/// <remarks>
/// Sources: α-CROWN (Xu et al. 2021) for the lines, β-CROWN (Wang et al. 2021) for the multipliers of assumptions. Bounds of neurons are those of the whole box. Parts wait with the lowest bound first. The
/// neuron is the one of those whose lines cost the bound most that raises the lower bound of the worse half most (Bunel et al. 2020, De Palma et al. 2021). Optimisation is in single precision; what excludes
/// a part is a pass in double precision with all rounding paid for, so that nothing rests on the optimiser. The least point of each part's linear bound is tried as a counterexample.
/// </remarks>
/// <param name="root">Bounds of the whole box.</param>
/// <param name="single">The network in single precision.</param>
/// <param name="query">The region.</param>
/// <param name="judge">Decides on counterexamples.</param>
/// <param name="search">Goes on from points that come close.</param>
/// <param name="options">Threads and limits.</param>
internal sealed class NeuronSplitting(BoundState root, BoundedNetwork single, RegionQuery query, CounterexampleJudge judge, CounterexampleSearch search, VerificationOptions options)
{
    private const int FirstSteps = 60;
    private const int Steps = 12;
    private const int LastSteps = 200;
    private const int LastRounds = 3;

    // Single precision's own error, relative to the root's bound: better than 0 by this much, a part is put to proof.
    private const double Beyond = 1e-4;

    // Parts whose coefficients are together of this size are bounded at once.
    private const long BatchElements = 1 << 18;
    private const int MostTogether = 96;

    // Of large networks a few points go on, so that steps cost little beside bounds.
    private const int MostClosest = 12;
    private const long ClosestProducts = 1 << 22;
    private const int ClosestSteps = 16;

    private static readonly LineAscent Ascent = new(rate: 0.1, decay: 0.97);

    private readonly ActivationStep[] activations = [.. root.Network.Steps.OfType<ActivationStep>()];
    private readonly ActivationStep[] singleActivations = [.. single.Steps.OfType<ActivationStep>()];
    private readonly BoundState nominal = root.In(single);
    private readonly int closestCount = (int)Math.Clamp(ClosestProducts / single.Steps.Sum(step => step.Products), 1, MostClosest);
    private bool isUndecided;

    /// <summary>Parts bounded until now.</summary>
    public long Parts { get; private set; }

    /// <summary>Splits until nothing is left, a counterexample is found, or too much is waiting.</summary>
    /// <param name="lower">Lower bound of each row on the whole box.</param>
    /// <param name="cancellation">Time.</param>
    /// <exception cref="OperationCanceledException">Time is up.</exception>
    public (Verdict Verdict, Counterexample? Found) Run(double[] lower, CancellationToken cancellation)
    {
        if (activations.Length == 0)
            return (Verdict.Unknown, null);
        var waiting = new PriorityQueue<SplitProblem, (double Lower, long Order)>();
        long order = 0;
        for (var group = 0; group < query.Groups.Count; group++)
        {
            var rows = query.Groups[group];
            if (RegionQuery.IsExcluded(rows, lower))
                continue;
            if (rows.Length == 0)
                return (Verdict.Unknown, null);
            waiting.Enqueue(new SplitProblem(group, [], null, [], rows.Max(row => lower[row])), (rows.Max(row => lower[row]), order++));
        }
        var together = (int)Math.Clamp(BatchElements / (activations.Sum(step => step.Size) * query.MostRows + 1), 1, MostTogether);
        while (waiting.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var taken = new List<SplitProblem>();
            while (taken.Count < together * options.Threads && waiting.TryDequeue(out var problem, out _))
                taken.Add(problem);
            Parts += taken.Count;
            var chunks = taken.Chunk((taken.Count + options.Threads - 1) / options.Threads).ToArray();
            var outcomes = new (List<SplitProblem> Children, Counterexample? Found)[chunks.Length];
            Parallel.For(0, chunks.Length, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellation },
                i => outcomes[i] = Bound(chunks[i], lower, cancellation));
            if (outcomes.FirstOrDefault(outcome => outcome.Found is not null).Found is { } found)
                return (Verdict.Sat, found);
            foreach (var child in outcomes.SelectMany(outcome => outcome.Children))
                waiting.Enqueue(child, (child.Lower, order++));
            if (waiting.Count > options.MaxWaiting)
                return (Verdict.Unknown, null);
        }
        return (isUndecided ? Verdict.Unknown : Verdict.Unsat, null);
    }

    // The halves of those parts that are not excluded.
    private (List<SplitProblem> Children, Counterexample? Found) Bound(SplitProblem[] problems, double[] rootLower, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var batch = new SplitBatch(nominal, singleActivations, query, problems);
        var rows = (int)batch.Choices.shape[0] / problems.Length;
        var enough = problems.Select(problem => -Beyond * query.Groups[problem.Group].Min(row => Math.Min(rootLower[row], 0))).ToArray();
        var target = tensor(enough).to(single.Type);
        Tensor OfParts(Tensor perRow) => perRow.reshape(problems.Length, rows).amax([1]);
        var steps = problems.Any(problem => problem.Round > 0) ? LastSteps : problems.Any(problem => problem.Splits.Count == 0) ? FirstSteps : Steps;
        var (best, bounds) = Ascent.Run(
            [batch.Choices, batch.Multipliers], [batch.Ranges, null], values => batch.Bound(values[0], values[1]).Lower,
            values => batch.Project(values[0], values[1]), lower => OfParts(lower).gt(target).all().item<bool>(), steps, cancellation);
        var lowers = OfParts(bounds).to(float64).data<double>().ToArray();
        var (choices, multipliers) = (best[0].contiguous().data<float>().ToArray(), best[1].numel() == 0 ? [] : best[1].contiguous().data<float>().ToArray());
        var (width, most) = (choices.Length / (problems.Length * rows), multipliers.Length / (problems.Length * rows));
        var bounded = problems.Select((problem, p) => problem with
        {
            Choices = choices[(p * rows * width)..((p + 1) * rows * width)],
            Multipliers = [.. Enumerable.Range(0, rows).SelectMany(row => multipliers.AsSpan((p * rows + row) * most, problem.Splits.Count).ToArray())],
            Lower = lowers[p],
        }).ToArray();

        var open = new HashSet<int>(Enumerable.Range(0, problems.Length));
        open.ExceptWith(Proved(bounded, [.. open.Where(p => lowers[p] > enough[p])]));
        if (open.Count == 0)
            return ([], null);
        int[] left = [.. open.Order()];
        return Halves([.. left.Select(p => bounded[p])], cancellation);
    }

    // Those of the parts that are excluded beyond rounding.
    private int[] Proved(SplitProblem[] problems, int[] candidates)
    {
        if (candidates.Length == 0)
            return [];
        using var scope = NewDisposeScope();
        var batch = new SplitBatch(root, activations, query, [.. candidates.Select(p => problems[p])]);
        var lower = batch.Bound(batch.Choices, batch.Multipliers).Lower.reshape(candidates.Length, -1).amax([1]).data<double>().ToArray();
        return [.. candidates.Where((_, i) => lower[i] > 0)];
    }

    private (List<SplitProblem> Children, Counterexample? Found) Halves(SplitProblem[] problems, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var batch = new SplitBatch(nominal, singleActivations, query, problems);
        var kept = new Dictionary<string, Tensor>();
        var coefficients = batch.Bound(batch.Choices, batch.Multipliers, kept).Coefficients;
        if (Tried(coefficients, problems, cancellation) is { } found)
            return ([], found);
        var looseness = batch.Looseness(kept);
        foreach (var arrived in kept.Values)
            arrived.Dispose();
        var candidates = new SplitCandidates(batch, singleActivations, problems, looseness);
        var children = candidates.Best(chosen => new SplitBatch(nominal, singleActivations, query, chosen));
        for (var p = 0; p < problems.Length; p++)
        {
            if (children[p].Length > 0)
                continue;
            // Nothing to split: only more steps help.
            if (problems[p].Round < LastRounds)
                children[p] = [problems[p] with { Round = problems[p].Round + 1 }];
            else
                isUndecided = true;
        }
        return ([.. children.SelectMany(pair => pair)], null);
    }

    // The corners of the box where the linear bounds are least, and a few steps from those that come closest.
    private Counterexample? Tried(Tensor coefficients, SplitProblem[] problems, CancellationToken cancellation)
    {
        var (lower, upper) = (nominal.Bounds[0]!.Lower, nominal.Bounds[0]!.Upper);
        var points = where(coefficients.gt(0), lower, upper);
        var margins = query.Margins(single.Forward(points).to(float64)).contiguous().data<double>().ToArray();
        var count = (int)query.Limits.shape[0];
        for (var i = 0; i < points.shape[0]; i++)
            if (query.IsUnsafe(margins.AsSpan(i * count, count)) && judge.Judge(query, points[i].to(float64).contiguous().data<double>().ToArray()) is { } found)
                return found;
        // What is missing to make a point unsafe in its part's disjunct.
        var groups = Enumerable.Range(0, (int)points.shape[0]).Select(i => problems[i / query.MostRows].Group).ToArray();
        double Missing(int i) => query.Groups[groups[i]].Sum(row => Math.Max(0, margins[i * count + row]));
        int[] closest = [.. Enumerable.Range(0, groups.Length).OrderBy(Missing).Take(closestCount)];
        var starts = points.index_select(0, tensor(Array.ConvertAll(closest, i => (long)i))).to(float64).flatten(1);
        return search.Descend(query, starts, Array.ConvertAll(closest, i => groups[i]), ClosestSteps, cancellation);
    }
}
