using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Robustness.Faults;

/// <summary>Counts outcomes by stratum and bit, and turns them into rates as the design demands.</summary>
internal sealed class FaultTally
{
    public static readonly FaultOutcomes[] Kinds = [.. Enum.GetValues<FaultOutcomes>().Where(kind => kind != FaultOutcomes.None)];

    private readonly IReadOnlyList<FaultStratum> strata;
    private readonly CampaignOptions options;
    private readonly InjectionPlan plan;
    private readonly Cell[] cells;

    public FaultTally(IReadOnlyList<FaultStratum> strata, InjectionPlan plan, CampaignOptions options)
    {
        (this.strata, this.plan, this.options) = (strata, plan, options);
        cells = [.. strata.SelectMany((stratum, h) => Enumerable.Range(0, stratum.Bits).Select(bit => new Cell(h, bit, new long[Kinds.Length + 1], new long[Kinds.Length])))];
        FirstCell = new int[strata.Count];
        for (var h = 1; h < strata.Count; h++)
            FirstCell[h] = FirstCell[h - 1] + strata[h - 1].Bits;
    }

    private int[] FirstCell { get; }

    /// <summary>Counts one fault with its inputs.</summary>
    public void Add(Injection injection, ReadOnlySpan<FaultOutcomes> outcomes)
    {
        var cell = cells[FirstCell[injection.Stratum] + (int)(injection.Site % strata[injection.Stratum].Bits)];
        cell.Counts[^1] += outcomes.Length;
        for (var kind = 0; kind < Kinds.Length; kind++)
        {
            var events = 0L;
            foreach (var outcome in outcomes)
                if ((outcome & Kinds[kind]) != 0)
                    events++;
            cell.Counts[kind] += events;
            cell.Squares[kind] += events * events;
        }
    }

    /// <summary>Adds what another tally of the same strata counted.</summary>
    public void Add(FaultTally other)
    {
        for (var c = 0; c < cells.Length; c++)
            for (var kind = 0; kind <= Kinds.Length; kind++)
                cells[c].Counts[kind] += other.cells[c].Counts[kind];
        for (var c = 0; c < cells.Length; c++)
            for (var kind = 0; kind < Kinds.Length; kind++)
                cells[c].Squares[kind] += other.cells[c].Squares[kind];
    }

    public (long Trials, long Events) Of(int stratum)
    {
        var own = cells.AsSpan(FirstCell[stratum], strata[stratum].Bits);
        var (trials, events) = (0L, 0L);
        foreach (var cell in own)
            (trials, events) = (trials + cell.Trials, events + cell.Of(options.Class));
        return (trials, events);
    }

    public FaultReport Report()
    {
        // What no fault was drawn from is there too: its bits fail as well, and nothing is known of how often.
        var all = cells.Where(cell => cell.Trials > 0 || RawBits(cell) > 0).ToArray();
        var hasTotal = options.Design != CampaignDesign.EqualPerStratum;
        return new FaultReport(
            options, all.Sum(cell => cell.Trials), hasTotal ? RateOf(null, null, null, all) : null, hasTotal ? Estimate(all, FaultOutcomes.Detected) : null, hasTotal ? Complement(Estimate(all, FaultOutcomes.Masked)) : null,
            Grouped(all, cell => (strata[cell.Stratum].Unit, null, null)),
            Grouped(all, cell => (null, strata[cell.Stratum].Layer, null)),
            Grouped(all, cell => (strata[cell.Stratum].Unit, strata[cell.Stratum].Layer, null)),
            Grouped(all, cell => (strata[cell.Stratum].Unit, null, cell.Bit)),
            Grouped(all, cell => (strata[cell.Stratum].Unit, strata[cell.Stratum].Layer, cell.Bit)));
    }

    private List<FaultRate> Grouped(Cell[] all, Func<Cell, (string? Unit, string? Layer, int? Bit)> key) =>
        [.. all.GroupBy(key).Select(group => RateOf(group.Key.Unit, group.Key.Layer, group.Key.Bit, [.. group]))];

    private FaultRate RateOf(string? unit, string? layer, int? bit, Cell[] group)
    {
        var outcomes = new SortedDictionary<FaultOutcomes, long>();
        foreach (var kind in Kinds)
            outcomes[kind] = group.Sum(cell => cell.Of(kind));
        return new FaultRate(unit, layer, bit, Estimate(group, options.Class), outcomes, group.Sum(RawBits))
        {
            Trials = options.Design == CampaignDesign.ProportionalToRate ? TrialsOf(group, options.Class) : null,
            Exact = ExactOf(group, options.Class),
        };
    }

    // Where no fault or every fault counted, Wilson's interval has company.
    private Interval? ExactOf(Cell[] group, FaultOutcomes kind)
    {
        var (trials, events) = (group.Sum(cell => cell.Trials), group.Sum(cell => cell.Of(kind)));
        var isBinomial = options.Design == CampaignDesign.ProportionalToRate || (options.Design == CampaignDesign.EqualPerStratum && group is [var only] && !IsWhole(only));
        var faults = trials / options.InputsPerFault;
        return isBinomial && faults > 0 && (events == 0 || events == trials) ? BinomialInterval.ClopperPearson(events == 0 ? 0 : faults, faults, options.Confidence) : null;
    }

    // Independent trials that spread as the faults' shares of m inputs do: p (1 - p) over the variance of their mean, sum (k_f / m - p)^2 / n^2. With one input a fault, the n faults themselves.
    private double TrialsOf(Cell[] group, FaultOutcomes kind)
    {
        var (m, events) = ((double)options.InputsPerFault, (double)group.Sum(cell => cell.Of(kind)));
        var n = group.Sum(cell => cell.Trials) / m;
        var p = n > 0 ? events / (m * n) : 0;
        var variance = n > 0 ? group.Sum(cell => cell.SquaresOf(kind)) / (m * m * n) - p * p : 0;
        return m == 1 || p is 0 or 1 ? n : Math.Clamp(n * p * (1 - p) / Math.Max(variance, double.Epsilon), n, m * n);
    }

    private Estimate Estimate(Cell[] group, FaultOutcomes kind)
    {
        if (options.Design == CampaignDesign.ProportionalToRate)
        {
            var (trials, events, effective) = (group.Sum(cell => cell.Trials), group.Sum(cell => cell.Of(kind)), TrialsOf(group, kind));
            var share = trials == 0 ? 0 : (double)events / trials;
            return new Estimate(share, BinomialInterval.Wilson(events == trials ? effective : effective * share, effective, options.Confidence), (int)(trials / options.InputsPerFault));
        }
        // In two stages the strata were drawn, not their bits: bits are put together again where whole strata are asked for.
        var parts = options.Design == CampaignDesign.TwoStage ? Together(group, kind) : [.. group.Select(cell => (RawBits(cell), cell.Trials, cell.Of(kind), IsWhole(cell)))];
        parts.RemoveAll(part => part.Trials == 0);
        if (parts.Count == 0)
            return new Estimate(0, new Interval(0, 1, options.Confidence), 0);
        var sum = parts.Sum(part => part.Weight);
        return StratifiedProportion.Of(
            [.. parts.Select(part => sum > 0 ? part.Weight / sum : 1.0 / parts.Count)], [.. parts.Select(part => part.Trials)], [.. parts.Select(part => part.Events)], options.Confidence, h => parts[h].IsWhole);
    }

    private List<(double Weight, long Trials, long Events, bool IsWhole)> Together(Cell[] group, FaultOutcomes kind) =>
        [.. group.GroupBy(cell => cell.Stratum).Select(own => (own.Sum(RawBits), own.Sum(cell => cell.Trials), own.Sum(cell => cell.Of(kind)), own.All(IsWhole)))];

    private static Estimate Complement(Estimate masked) =>
        new(1 - masked.Value, new Interval(1 - masked.Interval.High, 1 - masked.Interval.Low, masked.Interval.Level), masked.Count);

    private double RawBits(Cell cell) => strata[cell.Stratum].RawBits / strata[cell.Stratum].Bits;

    private bool IsWhole(Cell cell) => plan.IsWhole(cell.Stratum, cell.Bit);

    private sealed record Cell(int Stratum, int Bit, long[] Counts, long[] Squares)
    {
        public long Trials => Counts[^1];

        public long Of(FaultOutcomes kind) => Counts[Array.IndexOf(Kinds, kind)];

        public long SquaresOf(FaultOutcomes kind) => Squares[Array.IndexOf(Kinds, kind)];
    }
}
