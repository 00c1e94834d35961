using Ballast.Core;
using Ballast.Exchange.VnnLib;
using Ballast.Robustness.Bounds;
using static TorchSharp.torch;

namespace Ballast.Robustness.Verification;

/// <summary>The stages of one query, region by region.</summary>
internal sealed class QueryRun
{
    // Of the time limit, what optimising the bounds of neurons may take.
    private const double RefinementShare = 0.15;

    private readonly BoundedNetwork network;
    private readonly BoundedNetwork single;
    private readonly VerificationOptions options;
    private readonly IProgress<ProgressUpdate>? progress;
    private readonly CancellationToken cancellation;
    private readonly CounterexampleJudge judge;
    private readonly CounterexampleSearch search;

    public QueryRun(BoundedNetwork network, BoundedNetwork single, OnnxReference reference, VerificationOptions options, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        (this.network, this.single, this.options, this.progress, this.cancellation) = (network, single, options, progress, cancellation);
        judge = new CounterexampleJudge(network, reference);
        search = new CounterexampleSearch(network, judge, options.Seed);
    }

    /// <summary>The stage that is at work.</summary>
    public VerificationStage Stage { get; private set; }

    /// <summary>Boxes and sets of assumed signs that were bounded.</summary>
    public long Subproblems { get; private set; }

    /// <summary>Decides one region.</summary>
    /// <exception cref="OperationCanceledException">Time is up.</exception>
    public (Verdict Verdict, Counterexample? Found) Decide(UnsafeRegion region, int outputs)
    {
        using var query = new RegionQuery(region, outputs);
        Begin(VerificationStage.Attack, "attacking");
        if (search.Run(query, starts: 6, steps: 50, round: 0, open: null, cancellation) is { } found)
            return (Verdict.Sat, found);

        Begin(VerificationStage.Bounds, "bounding");
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        BoundState state = null!;
        double[] lower = [];
        foreach (var method in new[] { BoundMethod.CrownIbp, BoundMethod.Crown })
        {
            Subproblems++;
            lower = Lower(query, method, out state);
            if (query.IsSafe(lower))
                return (Verdict.Unsat, null);
        }

        if (region.Lower.Count <= options.MaxSplitInputs)
        {
            Begin(VerificationStage.InputSplitting, "splitting inputs");
            var splitting = new InputSplitting(network, single, judge, options);
            try
            {
                return splitting.Run(query, cancellation);
            }
            finally
            {
                Subproblems += splitting.Boxes;
            }
        }
        return SplitNeurons(query, state, lower);
    }

    private (Verdict Verdict, Counterexample? Found) SplitNeurons(RegionQuery query, BoundState state, double[] lower)
    {
        int[] open = [.. Enumerable.Range(0, query.Groups.Count).Where(group => !RegionQuery.IsExcluded(query.Groups[group], lower)).OrderBy(group => query.Groups[group].Max(row => lower[row]))];
        Begin(VerificationStage.Attack, "attacking again");
        using (enable_grad())
            if (search.Run(query, starts: 16, steps: 100, round: 1, open, cancellation) is { } found)
                return (Verdict.Sat, found);

        Begin(VerificationStage.OptimizedBounds, "optimising bounds");
        if (new BoundRefinement(single, options.Threads).Run(state, RefinementShare * options.Timeout.TotalSeconds, cancellation))
            lower = Lower(query, state);
        if (query.IsSafe(lower))
            return (Verdict.Unsat, null);

        Begin(VerificationStage.NeuronSplitting, "splitting neurons");
        var splitting = new NeuronSplitting(state, single, query, judge, search, options);
        try
        {
            return splitting.Run(lower, cancellation);
        }
        finally
        {
            Subproblems += splitting.Parts;
        }
    }

    private double[] Lower(RegionQuery query, BoundMethod method, out BoundState state)
    {
        long[] shape = [1, .. network.InputShape];
        var box = new InputBox(tensor(query.Region.Lower.ToArray()).reshape(shape), tensor(query.Region.Upper.ToArray()).reshape(shape));
        state = new Propagation(network, new BoundOptions { Method = method }).Run(box, null, cancellation);
        return Lower(query, state);
    }

    private double[] Lower(RegionQuery query, BoundState state)
    {
        var pass = new BackwardPass(state, null, -query.Limits);
        return pass.Run(network.Steps.Count - 1, query.Rows.reshape([-1, .. network.Steps[^1].Shape])).Lower.data<double>().ToArray();
    }

    private void Begin(VerificationStage stage, string words)
    {
        Stage = stage;
        progress?.Report(new ProgressUpdate(words, double.NaN));
    }
}
