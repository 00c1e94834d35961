using Ballast.Core;
using Ballast.Numerics.Intervals;
using Ballast.Robustness.Faults.Accelerator;

namespace Ballast.Robustness.Faults.Protection;

/// <summary>Area of an accelerator's units in cells of static memory, and the blocks that a plan is made of.</summary>
/// <remarks>Flip-flops and logic are a model's: replace them by those of the real design. Logic grows with the channels computed at a time, except that of the configuration.</remarks>
public sealed record HardwareArea
{
    private const int ChannelsOfLogic = 4;

    /// <summary>Area of a flip-flop; 6 by default.</summary>
    public double FlipFlop { get; init; } = 6;

    /// <summary>Area of a unit's logic at four channels, flip-flops apart.</summary>
    public IReadOnlyDictionary<NpuUnit, double> Logic { get; init; } = new Dictionary<NpuUnit, double>
    {
        [NpuUnit.WeightRegister] = 400,
        [NpuUnit.InputRegister] = 400,
        [NpuUnit.Accumulator] = 8000,
        [NpuUnit.OutputRegister] = 400,
        [NpuUnit.ScaleMantissa] = 2500,
        [NpuUnit.ScaleShift] = 500,
        [NpuUnit.ConfigZero] = 60,
        [NpuUnit.ConfigMin] = 60,
        [NpuUnit.ConfigMax] = 60,
        [NpuUnit.Sequencer] = 400,
    };

    /// <summary>One block for each unit, with the upper limit of its silent failures: all limits hold together at the campaign's confidence (Bonferroni).</summary>
    /// <exception cref="ArgumentException">The report has units that the target lacks.</exception>
    public IReadOnlyList<ProtectedBlock> Blocks(FaultReport report, AcceleratorTarget target)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(target);
        return [.. report.ByUnit.Select(rate =>
        {
            var unit = Enum.Parse<NpuUnit>(rate.Unit!);
            var (bits, fit) = (target.BitsOf(unit), UpperFit(report, rate, report.ByUnit.Count));
            if (unit is NpuUnit.WeightBuffer or NpuUnit.ActivationBuffer)
                return ProtectedBlock.Buffer(rate.Unit!, bits, fit);
            var fixedSize = unit is NpuUnit.ConfigZero or NpuUnit.ConfigMin or NpuUnit.ConfigMax or NpuUnit.Sequencer;
            var logic = Logic.GetValueOrDefault(unit) * (fixedSize ? 1 : target.Model.ParallelChannels / (double)ChannelsOfLogic);
            return ProtectedBlock.Registers(rate.Unit!, FlipFlop * bits + logic, FlipFlop * bits / (FlipFlop * bits + logic), fit);
        })];
    }

    /// <summary>One block of memory for each stored tensor.</summary>
    public static IReadOnlyList<ProtectedBlock> MemoryBlocks(FaultReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return [.. report.ByLayer.Select(rate => ProtectedBlock.Buffer(rate.Layer!, rate.RawBits, UpperFit(report, rate, report.ByLayer.Count)))];
    }

    private static double UpperFit(FaultReport report, FaultRate rate, int blocks)
    {
        var options = report.Options;
        // Only the default design's parts are plain binomials, whose limits can be had at any confidence.
        var high = rate.Trials is { } trials
            ? BinomialInterval.Wilson(rate.Rate.Value * trials, trials, 1 - (1 - options.Confidence) / Guard.Positive(blocks)).High
            : rate.Rate.Interval.High;
        return options.RawFitPerBit * rate.RawBits * high;
    }
}
