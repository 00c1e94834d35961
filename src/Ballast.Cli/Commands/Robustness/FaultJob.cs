using Ballast.Robustness.Faults;
using Ballast.Robustness.Faults.Storage;

namespace Ballast.Cli.Commands.Robustness;

/// <summary>What <c>inject</c> is asked.</summary>
internal sealed record FaultJob
{
    public required string Model { get; init; }

    public required string Data { get; init; }

    public string? Labels { get; init; }

    public FaultTargetKind Target { get; init; }

    public StorageFormat Format { get; init; }

    public required CampaignOptions Campaign { get; init; }

    public int Rows { get; init; }

    public int Channels { get; init; }

    public double? FitTarget { get; init; }

    public FlipPattern Pattern { get; init; }

    public FaultRemedy Remedy { get; init; }

    public LoadCheck Check => Remedy == FaultRemedy.Checksums ? LoadCheck.Checksums : LoadCheck.None;

    /// <summary>The output that is judged, where an ONNX file has several.</summary>
    public string? Scores { get; init; }

    public string? Output { get; init; }

    /// <summary>Whether the network need not be a chain of layers.</summary>
    public bool TakesAnyNetwork => Target == FaultTargetKind.Weights;

    public static StorageFormat FormatOf(string word) =>
        Choice.Of("--format", word, ("float32", StorageFormat.Float32), ("float16", StorageFormat.Float16), ("bfloat16", StorageFormat.BFloat16));

    public static CampaignOptions CampaignOf(string design, string outcome) => new()
    {
        Design = Choice.Of("--design", design, ("by-rate", CampaignDesign.ProportionalToRate), ("two-stage", CampaignDesign.TwoStage), ("equal", CampaignDesign.EqualPerStratum), ("exhaustive", CampaignDesign.Exhaustive)),
        Class = Choice.Of(
            "--outcome", outcome, ("sdc1", FaultOutcomes.Sdc1), ("sdc5", FaultOutcomes.Sdc5), ("sdc10", FaultOutcomes.Sdc10), ("sdc20", FaultOutcomes.Sdc20), ("detected", FaultOutcomes.Detected)),
    };

    /// <exception cref="ArgumentException">Options do not go together or lie outside their range.</exception>
    public FaultJob Checked()
    {
        if (Rows < 1)
            throw new ArgumentException($"--rows is {Rows}; at least 1 is expected.");
        if (Channels < 1)
            throw new ArgumentException($"--channels is {Channels}; at least 1 is expected.");
        if (FitTarget is < 0 or double.NaN)
            throw new ArgumentException($"--fit-target is {FitTarget}; at least 0 is expected.");
        if (Target == FaultTargetKind.Accelerator && (Pattern != FlipPattern.SingleBit || Remedy != FaultRemedy.None || Format != StorageFormat.Float32 || Scores is not null))
            throw new ArgumentException("--format, --sec-ded, --clamp, --checksums and --scores are for --target weights.");
        return this;
    }
}
