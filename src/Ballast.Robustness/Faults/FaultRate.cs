using Ballast.Core;

namespace Ballast.Robustness.Faults;

/// <summary>How often faults of one kind had the outcome that is measured.</summary>
/// <param name="Unit">The unit; null for all.</param>
/// <param name="Layer">The layer or tensor; null for all.</param>
/// <param name="Bit">The bit; null for all.</param>
/// <param name="Rate">Share of flips with its interval and the faults behind it; the interval has no width where every site was run with every input.</param>
/// <param name="Outcomes">Inferences by outcome (faults times inputs a fault); the flags beside the partition are counted too.</param>
/// <param name="RawBits">Stored bits that this stands for, weighted by the time in which they matter.</param>
public sealed record FaultRate(string? Unit, string? Layer, int? Bit, Estimate Rate, IReadOnlyDictionary<FaultOutcomes, long> Outcomes, double RawBits)
{
    /// <summary>In the default design, independent trials that the rate is worth: its faults, or, with several inputs a fault, what the spread between faults says. Null in other designs.</summary>
    public double? Trials { get; init; }

    /// <summary>Where no fault or every fault had the outcome, the exact interval of Clopper and Pearson beside Wilson's: its upper limit without an event is 1 - (alpha / 2)^(1 / n). Null elsewhere, and where strata are put together.</summary>
    public Interval? Exact { get; init; }
}
