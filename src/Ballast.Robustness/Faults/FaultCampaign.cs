using System.Diagnostics;
using Ballast.Core;

namespace Ballast.Robustness.Faults;

/// <summary>Injects single faults into a target, each with one input, and counts what came of them.</summary>
/// <remarks>
/// Sampling: Leveugle et al., DATE 2009, and the designs of <see cref="CampaignDesign"/>. Injection i of a stratum is drawn from a stream of its own, so a result does not depend on threads or
/// order; work is ordered by input, so that each fault-free run serves all its faults.
/// </remarks>
public static class FaultCampaign
{
    private const int Slice = 1024;

    private static readonly TimeSpan SavePeriod = TimeSpan.FromSeconds(5);

    /// <summary>Runs a campaign, or goes on with one that was stopped.</summary>
    /// <param name="target">What is struck.</param>
    /// <param name="inputs">Inputs as the target takes them.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told of the share that is done.</param>
    /// <param name="cancellation">Stops the work; what was run is kept in the state file, where one is named.</param>
    /// <exception cref="ArgumentException">Inputs do not fit or are not finite, there are fewer than two classes, the target gives two answers to one input, or an exhaustive campaign exceeds the limit.</exception>
    /// <exception cref="DataFormatException">The state file is another campaign's.</exception>
    public static FaultReport Run(IFaultTarget target, FaultInputs inputs, CampaignOptions? options = null, IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(inputs);
        options ??= new CampaignOptions();
        Check(target, inputs, options);
        var judge = new OutcomeJudge(target.Outputs, options.Tolerance);
        var name = options.StatePath is null ? "" : CampaignState.NameOf(target, inputs, options);
        var known = options.StatePath is null ? [] : CampaignState.Read(options.StatePath, name);
        var runner = new Runner(target, inputs, options, judge, name, known, progress, cancellation);
        var plan = new InjectionPlan(target.Strata, inputs.Count, options.Seed);
        var tally = new FaultTally(target.Strata, plan, options);
        if (options is { Design: CampaignDesign.Exhaustive, StatePath: null })
        {
            RequireFew(InjectionPlan.PopulationOf(target.Strata, inputs.Count), options);
            Census.Run(target, inputs, judge, plan, tally, options, progress, cancellation);
            return tally.Report();
        }

        FirstStage(plan, target.Strata, inputs.Count, options);
        runner.Run(plan, tally, 0);
        if (options.Design == CampaignDesign.TwoStage)
        {
            var first = plan.Count;
            AddSecondStage(plan, tally, target.Strata, inputs.Count, options);
            runner.Run(plan, tally, first);
        }
        return tally.Report();
    }

    private static void FirstStage(InjectionPlan plan, IReadOnlyList<FaultStratum> strata, int inputs, CampaignOptions options)
    {
        var population = InjectionPlan.PopulationOf(strata, inputs);
        var wanted = Math.Min(options.MaxInjections, SampleSize.For(population, options.Margin, options.Confidence));
        switch (options.Design)
        {
            case CampaignDesign.ProportionalToRate: plan.AddProportional(Math.Max(1, Math.Min(wanted, options.MaxInjections / options.InputsPerFault)), options.InputsPerFault); break;
            case CampaignDesign.TwoStage:
                for (var h = 0; h < strata.Count; h++)
                    if (2L * InjectionPlan.Pilot >= strata[h].Sites * inputs)
                        plan.AddAll(h);
                    else
                        plan.AddFrom(h, null, 0, InjectionPlan.Pilot);
                break;
            case CampaignDesign.EqualPerStratum:
                var each = Math.Max(1, wanted / strata.Sum(stratum => stratum.Bits));
                for (var h = 0; h < strata.Count; h++)
                    for (var bit = 0; bit < strata[h].Bits; bit++)
                        if (2 * each >= strata[h].Sites / strata[h].Bits * inputs)
                            plan.AddAll(h, bit);
                        else
                            plan.AddFrom(h, bit, 0, each);
                break;
            default:
                RequireFew(population, options);
                for (var h = 0; h < strata.Count; h++)
                    plan.AddAll(h);
                break;
        }
    }

    private static void AddSecondStage(InjectionPlan plan, FaultTally tally, IReadOnlyList<FaultStratum> strata, int inputs, CampaignOptions options)
    {
        var wanted = Math.Min(options.MaxInjections, SampleSize.For(InjectionPlan.PopulationOf(strata, inputs), options.Margin, options.Confidence));
        var counts = strata.Select((_, h) => tally.Of(h)).ToArray();
        var sizes = InjectionPlan.SecondStage(
            [.. strata.Select(stratum => stratum.RawBits)], [.. counts.Select(count => count.Trials)], [.. counts.Select(count => count.Events)], Math.Max(0, wanted - plan.Count));
        for (var h = 0; h < sizes.Length; h++)
            if (!plan.IsWhole(h, 0))
                plan.AddFrom(h, null, InjectionPlan.Pilot, InjectionPlan.Pilot + sizes[h]);
    }

    private static void RequireFew(long population, CampaignOptions options)
    {
        if (population > options.MaxInjections)
            throw new ArgumentException($"Every site with every input would be {population:N0} injections; at most {options.MaxInjections:N0} are allowed.", nameof(options));
    }

    private static void Check(IFaultTarget target, FaultInputs inputs, CampaignOptions options)
    {
        if (inputs.Width != target.Inputs)
            throw new ArgumentException($"Rows of {inputs.Width} numbers for a network that takes {target.Inputs}.", nameof(inputs));
        if (!inputs.Labels.IsEmpty)
            Guard.SameLength(inputs.Count, inputs.Labels.Length, nameof(inputs), nameof(inputs.Labels));
        if (!System.Numerics.Tensors.TensorPrimitives.IsFiniteAll(inputs.Features.Span))
            throw new ArgumentException("An input is not finite.", nameof(inputs));
        if (target.Strata.All(stratum => stratum.Sites == 0 || stratum.RawBits == 0))
            throw new ArgumentException("There is nothing to strike.", nameof(target));
        if (Array.IndexOf(FaultTally.Kinds, options.Class) < 0)
            throw new ArgumentException($"{options.Class} is no single outcome.", nameof(options));
        if (options.InputsPerFault > 1 && (options.Design != CampaignDesign.ProportionalToRate || options.InputsPerFault > inputs.Count))
            throw new ArgumentException($"{options.InputsPerFault} inputs a fault are for the design by raw rate, with as many inputs at least; there are {inputs.Count}.", nameof(options));
        using var first = target.NewProbe();
        using var second = target.NewProbe();
        first.Prepare(inputs.Row(0));
        second.Prepare(inputs.Row(0));
        if (!System.Numerics.Tensors.TensorPrimitives.IsFiniteAll(first.Golden))
            throw new ArgumentException("The network answers the first input with numbers that are not finite, without any fault.", nameof(target));
        if (!first.Golden.SequenceEqual(second.Golden))
            throw new ArgumentException("The network gives two answers to one input; faults cannot be told from that.", nameof(target));
    }

    private sealed class Runner(
        IFaultTarget target, FaultInputs inputs, CampaignOptions options, OutcomeJudge judge, string name, FaultOutcomes[] known, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        private readonly Lock saving = new();
        private FaultOutcomes[] outcomes = known;

        /// <summary>Runs injections <paramref name="from"/>.. of the plan that have no outcome yet, and counts them all.</summary>
        public void Run(InjectionPlan plan, FaultTally tally, int from)
        {
            if (outcomes.Length < plan.Count)
                Array.Resize(ref outcomes, plan.Count);
            var pending = Enumerable.Range(from, plan.Count - from).Where(i => outcomes[i] == FaultOutcomes.None).ToArray();
            // By input, then by number: a stable order, so that slices are the same on any number of threads.
            Array.Sort([.. pending.Select(i => ((long)plan[i].Input << 32) | (uint)i)], pending);
            var slices = SlicesOf(pending, plan);
            var (done, clock) = (0L, Stopwatch.StartNew());
            var lastSave = TimeSpan.Zero;
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxThreads, CancellationToken = cancellation };
            try
            {
                Parallel.For(0, slices.Count, parallel, () => new Worker(target, inputs, judge), (s, _, worker) =>
                {
                    var slice = pending.AsSpan(slices[s].Start, slices[s].Count);
                    worker.Run(plan, slice, outcomes);
                    var ready = Interlocked.Add(ref done, slice.Length);
                    progress?.Report(new ProgressUpdate("injecting faults", (from + ready) / (double)Math.Max(1, plan.Count)));
                    if (options.StatePath is not null && saving.TryEnter())
                        try
                        {
                            if (clock.Elapsed - lastSave > SavePeriod)
                            {
                                Save();
                                lastSave = clock.Elapsed;
                            }
                        }
                        finally
                        {
                            saving.Exit();
                        }
                    return worker;
                }, worker => worker.Dispose());
            }
            finally
            {
                if (options.StatePath is not null)
                    Save();
            }
            for (var i = from; i < plan.Count; i += options.InputsPerFault)
                tally.Add(plan[i], outcomes.AsSpan(i, options.InputsPerFault));
        }

        // Outcomes are single 32-bit words: one that is being written is seen as done or as not run.
        private void Save() => CampaignState.Write(options.StatePath!, name, outcomes);

        private static List<(int Start, int Count)> SlicesOf(int[] pending, InjectionPlan plan)
        {
            var slices = new List<(int Start, int Count)>();
            for (var start = 0; start < pending.Length;)
            {
                var end = start + 1;
                while (end < pending.Length && end - start < Slice && (plan[pending[end]].Input == plan[pending[start]].Input || end - start < 16))
                    end++;
                slices.Add((start, end - start));
                start = end;
            }
            return slices;
        }
    }

    private sealed class Worker(IFaultTarget target, FaultInputs inputs, OutcomeJudge judge) : IDisposable
    {
        private readonly IFaultProbe probe = target.NewProbe();
        private readonly float[] scores = new float[target.Outputs];
        private int prepared = -1;

        public void Run(InjectionPlan plan, ReadOnlySpan<int> slice, FaultOutcomes[] outcomes)
        {
            foreach (var i in slice)
            {
                var injection = plan[i];
                if (injection.Input != prepared)
                {
                    probe.Prepare(inputs.Row(injection.Input));
                    prepared = injection.Input;
                }
                outcomes[i] = probe.Inject(injection.Stratum, injection.Site, scores) switch
                {
                    FaultEffect.Masked => FaultOutcomes.Masked,
                    FaultEffect.Hang or FaultEffect.Failure => FaultOutcomes.Detected,
                    _ => judge.Judge(probe.Golden, scores, inputs.LabelOf(injection.Input), target.Form),
                };
            }
        }

        public void Dispose() => probe.Dispose();
    }
}
