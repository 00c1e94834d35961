using Ballast.Core;

namespace Ballast.Robustness.Faults;

/// <summary>What a campaign found.</summary>
/// <param name="Options">How it was run; the raw rate stands there.</param>
/// <param name="Injections">Injections that were run.</param>
/// <param name="Total">Rate over the whole population; null where the design gives none.</param>
/// <param name="Detected">Rate of detected faults (NaN, infinity, hang) over the whole population; null where the design gives none.</param>
/// <param name="Vulnerability">Architectural vulnerability factor: 1 - share of masked faults; null where the design gives none.</param>
/// <param name="ByUnit">Rates by unit.</param>
/// <param name="ByLayer">Rates by layer.</param>
/// <param name="ByUnitAndLayer">Rates by unit and layer.</param>
/// <param name="ByBit">Rates by unit and bit.</param>
/// <param name="ByLayerAndBit">Rates by unit, layer and bit.</param>
public sealed record FaultReport(
    CampaignOptions Options, long Injections, FaultRate? Total, Estimate? Detected, Estimate? Vulnerability, IReadOnlyList<FaultRate> ByUnit, IReadOnlyList<FaultRate> ByLayer,
    IReadOnlyList<FaultRate> ByUnitAndLayer, IReadOnlyList<FaultRate> ByBit, IReadOnlyList<FaultRate> ByLayerAndBit)
{
    /// <summary>Failures in 10^9 hours: raw rate times bits times the rate; its interval is that of the rate, scaled.</summary>
    public Estimate FitOf(FaultRate rate)
    {
        ArgumentNullException.ThrowIfNull(rate);
        var raw = Options.RawFitPerBit * rate.RawBits;
        var (value, interval, count) = rate.Rate;
        return new Estimate(raw * value, new Interval(raw * interval.Low, raw * interval.High, interval.Level), count);
    }

    /// <summary>Single-point fault metric of ISO 26262: 1 - silent FIT / raw FIT; null without a total.</summary>
    public Estimate? SinglePointFaultMetric =>
        Total is null ? null : new Estimate(1 - Total.Rate.Value, new Interval(1 - Total.Rate.Interval.High, 1 - Total.Rate.Interval.Low, Total.Rate.Interval.Level), Total.Rate.Count);
}
