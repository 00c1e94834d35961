using Ballast.Core;

namespace Ballast.Robustness.Faults;

/// <summary>Every site with every input, counted as it is run: nothing is kept of single injections.</summary>
internal static class Census
{
    public static void Run(
        IFaultTarget target, FaultInputs inputs, OutcomeJudge judge, InjectionPlan plan, FaultTally tally, CampaignOptions options, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        for (var h = 0; h < target.Strata.Count; h++)
            plan.MarkWhole(h);
        var (done, adding) = (0, new Lock());
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxThreads, CancellationToken = cancellation };
        Parallel.For(0, inputs.Count, parallel, () => (Probe: target.NewProbe(), Own: new FaultTally(target.Strata, plan, options), Scores: new float[target.Outputs]), (row, _, local) =>
        {
            local.Probe.Prepare(inputs.Row(row));
            for (var h = 0; h < target.Strata.Count; h++)
            {
                cancellation.ThrowIfCancellationRequested();
                for (var site = 0L; site < target.Strata[h].Sites; site++)
                {
                    var outcome = local.Probe.Inject(h, site, local.Scores) switch
                    {
                        FaultEffect.Masked => FaultOutcomes.Masked,
                        FaultEffect.Hang or FaultEffect.Failure => FaultOutcomes.Detected,
                        _ => judge.Judge(local.Probe.Golden, local.Scores, inputs.LabelOf(row), target.Form),
                    };
                    local.Own.Add(new Injection(h, site, row), [outcome]);
                }
            }
            progress?.Report(new ProgressUpdate("injecting faults", Interlocked.Increment(ref done) / (double)inputs.Count));
            return local;
        }, local =>
        {
            local.Probe.Dispose();
            lock (adding)
                tally.Add(local.Own);
        });
    }
}
