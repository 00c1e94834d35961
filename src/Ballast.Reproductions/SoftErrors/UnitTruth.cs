using Ballast.Core;
using Ballast.Numerics.Intervals;
using Ballast.Robustness.Faults;
using Ballast.Robustness.Faults.Accelerator;
using Ballast.Robustness.Faults.Protection;

namespace Ballast.Reproductions.SoftErrors;

/// <summary>The whole truth about one perceptron: every site of eight units with each of 200 inputs.</summary>
internal sealed class UnitTruth
{
    private const int Rows = 200;

    private static readonly NpuUnit[] Struck = [.. Enum.GetValues<NpuUnit>().Where(unit => unit is not (NpuUnit.WeightRegister or NpuUnit.Sequencer))];

    // Area of the logic beside the flip-flops, in cells of static memory.
    private static readonly Dictionary<string, double> Logic = new()
    {
        ["InputRegister"] = 400,
        ["Accumulator"] = 8000,
        ["OutputRegister"] = 400,
        ["ScaleMantissa"] = 2500,
        ["ScaleShift"] = 500,
        ["Config"] = 180,
    };

    private readonly AcceleratorTarget target;
    private readonly FaultReport report;

    public UnitTruth(StruckPerceptron network, CancellationToken cancellation)
    {
        target = new AcceleratorTarget(network.Quantized, new AcceleratorModel { ParallelChannels = 4, Exposure = BufferExposure.Resident, Units = Struck });
        report = FaultCampaign.Run(target, network.FirstTest(Rows), new CampaignOptions { Design = CampaignDesign.Exhaustive, MaxInjections = 100_000_000 }, cancellation: cancellation);
    }

    /// <summary>Sites that were run, times the inputs.</summary>
    public long Injections => report.Injections;

    /// <summary>Share of all flips that change the answer.</summary>
    public double Total => report.Total!.Rate.Value;

    public double RateOf(NpuUnit unit, int layer) => report.ByUnitAndLayer.Single(rate => rate.Unit == $"{unit}" && rate.Layer == target.Network.Layers[layer].Name).Rate.Value;

    public double[] BitsOf(NpuUnit unit, int layer) =>
        [.. report.ByLayerAndBit.Where(rate => rate.Unit == $"{unit}" && rate.Layer == target.Network.Layers[layer].Name).OrderBy(rate => rate.Bit).Select(rate => rate.Rate.Value)];

    /// <summary>Share of repeats in which the default design's interval holds the truth, and the mean width. Drawn from the enumerated rates, which is what drawing pairs amounts to.</summary>
    public (double Coverage, double Width) Coverage(int injections, int repeats, int seed, bool registersOnly)
    {
        var strata = report.ByUnitAndLayer.Where(rate => !registersOnly || rate.Unit is not ("WeightBuffer" or "ActivationBuffer")).ToArray();
        var raw = strata.Sum(stratum => stratum.RawBits);
        var truth = strata.Sum(stratum => stratum.RawBits * stratum.Rate.Value) / raw;
        var (inside, width) = (0, 0.0);
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            var random = RandomStream.For(seed, "soft errors, repeats", repeat);
            var events = 0;
            for (var i = 0; i < injections; i++)
            {
                var (h, left) = (0, random.NextDouble() * raw);
                while (h < strata.Length - 1 && left >= strata[h].RawBits)
                    left -= strata[h++].RawBits;
                if (random.NextDouble() < strata[h].Rate.Value)
                    events++;
            }
            var interval = BinomialInterval.Wilson(events, injections);
            inside += interval.Contains(truth) ? 1 : 0;
            width += interval.Width / repeats;
        }
        return (inside / (double)repeats, width);
    }

    /// <summary>The eight units as blocks of silicon with their failures, in units of the raw rate of one bit.</summary>
    public IReadOnlyList<ProtectedBlock> Blocks() =>
        [.. report.ByUnit.GroupBy(rate => rate.Unit!.StartsWith("Config", StringComparison.Ordinal) ? "Config" : rate.Unit!).Select(unit =>
        {
            var (bits, fit) = (unit.Sum(rate => rate.RawBits), unit.Sum(rate => rate.RawBits * rate.Rate.Value));
            return Logic.TryGetValue(unit.Key, out var logic) ? ProtectedBlock.Registers(unit.Key, 6 * bits + logic, 6 * bits / (6 * bits + logic), fit) : ProtectedBlock.Buffer(unit.Key, bits, fit);
        })];
}
