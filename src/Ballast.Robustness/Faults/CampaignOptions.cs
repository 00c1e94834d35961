using Ballast.Core;

namespace Ballast.Robustness.Faults;

/// <summary>How a campaign is run. Its result depends on design, margin, confidence, limits and seed, never on the number of threads.</summary>
public sealed record CampaignOptions
{
    private readonly double margin = 0.01;
    private readonly double confidence = 0.95;
    private readonly long maxInjections = 1_000_000;
    private readonly int maxThreads = -1;
    private readonly int inputsPerFault = 1;

    /// <summary>How injections are drawn.</summary>
    public CampaignDesign Design { get; init; } = CampaignDesign.ProportionalToRate;

    /// <summary>Half-width of the total's interval that decides the number of injections; 0.01 by default.</summary>
    public double Margin
    {
        get => margin;
        init => margin = Guard.Positive(value, nameof(Margin));
    }

    /// <summary>Nominal coverage of the intervals, inside (0, 1); 0.95 by default.</summary>
    public double Confidence
    {
        get => confidence;
        init => confidence = value > 0 && value < 1 ? value : throw new ArgumentOutOfRangeException(nameof(Confidence), value, "Confidence must lie strictly between 0 and 1.");
    }

    /// <summary>Injections at most; a million by default.</summary>
    public long MaxInjections
    {
        get => maxInjections;
        init => maxInjections = Guard.InRange(value, 1, Array.MaxLength, nameof(MaxInjections));
    }

    /// <summary>Inputs that each fault is tried on, different ones; 1 by default. More are for the default design alone: the fault stays the unit of observation, so that they tell less than as many faults.</summary>
    public int InputsPerFault
    {
        get => inputsPerFault;
        init => inputsPerFault = Guard.Positive(value, nameof(InputsPerFault));
    }

    /// <summary>The outcome whose rate is measured; another top class by default.</summary>
    public FaultOutcomes Class { get; init; } = FaultOutcomes.Sdc1;

    /// <summary>Raw failures in 10^9 hours of one bit; 20.49 a mebibit, of a 16 nm memory (Li et al., SC 2017), by default.</summary>
    public double RawFitPerBit { get; init; } = 20.49 / (1 << 20);

    /// <summary>For a regression: the largest harmless change of an output; null for classes.</summary>
    public double? Tolerance { get; init; }

    /// <summary>Seed of all draws.</summary>
    public long Seed { get; init; }

    /// <summary>Threads at most; -1 (default) for as many as there are cores.</summary>
    public int MaxThreads
    {
        get => maxThreads;
        init => maxThreads = value == -1 ? value : Guard.Positive(value, nameof(MaxThreads));
    }

    /// <summary>A file that keeps what has been run, so that a campaign that was stopped goes on where it was; null for none.</summary>
    public string? StatePath { get; init; }
}
