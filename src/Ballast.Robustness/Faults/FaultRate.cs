using Ballast.Core;

namespace Ballast.Robustness.Faults;

/// <summary>How often faults of one kind had the outcome that is measured.</summary>
/// <param name="Unit">The unit; null for all.</param>
/// <param name="Layer">The layer or tensor; null for all.</param>
/// <param name="Bit">The bit; null for all.</param>
/// <param name="Rate">Share of flips with its interval and the injections behind it; the interval has no width where every site was run with every input.</param>
/// <param name="Outcomes">Injections by outcome; the flags beside the partition are counted too.</param>
/// <param name="RawBits">Stored bits that this stands for, weighted by the time in which they matter.</param>
public sealed record FaultRate(string? Unit, string? Layer, int? Bit, Estimate Rate, IReadOnlyDictionary<FaultOutcomes, long> Outcomes, double RawBits);
