using System.Diagnostics;
using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using Ballast.Reproductions.SoftErrors;
using Ballast.Robustness.Faults;
using Ballast.Robustness.Faults.Accelerator;
using Ballast.Robustness.Faults.Chains;
using Ballast.Robustness.Faults.Protection;
using Ballast.Robustness.Faults.Storage;

namespace Ballast.Reproductions;

/// <summary>Soft errors in a functional model of an int8 accelerator and in stored weights (after Tyagi et al. 2024): where they hurt, whether sampling is right, what protection costs.</summary>
public sealed class SoftErrorsReproduction : IReproduction
{
    private const int Seeds = 3;
    private const int Repeats = 2000;
    private const double ProtectEverything = 6736.64;

    /// <inheritdoc/>
    public string Slug => "soft-errors";

    /// <inheritdoc/>
    public IReadOnlyList<ClaimResult> Run(ReproductionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var results = new List<ClaimResult> { Speed(context) };
        if (Digits.Find(context.DataFolder) is not { } digits)
            return [.. results, new ClaimResult("Where flips hurt, whether sampling is right, what protection costs.", "see the specification", "-", ClaimOutcome.Skipped, Digits.AbsentReason)];
        var networks = new List<StruckPerceptron>();
        using (TorchThreads.Use(1))
            for (var seed = 0; seed < Seeds; seed++)
                networks.Add(StruckPerceptron.Train(digits, context.Seed + seed, context.Cancellation));
        var truths = networks.Select((network, i) =>
        {
            context.Progress?.Report(new ProgressUpdate("soft-errors, every site", i / (double)Seeds));
            return new UnitTruth(network, context.Cancellation);
        }).ToArray();
        results.Add(new ClaimResult(
            "Test accuracy of the perceptron in int8.", ".966/.978/.978", string.Join(" ", networks.Select(network => $"{network.Accuracy(row => network.Quantized.Scores(row.Span)):.000}")), ClaimOutcome.Reported,
            $"In single precision {string.Join(" ", networks.Select(network => $"{network.Accuracy(row => network.Chain.Scores(row.Span)):.000}"))}."));
        results.AddRange(WhereItHurts(truths));
        results.AddRange(Sampling(context, truths));
        results.AddRange(Protection(truths));
        results.AddRange(StoredFormats(context, networks[0]));
        results.Add(Clamp(context, networks[0]));
        results.Add(LanguageModel(context));
        return results;
    }

    private static ClaimResult Speed(ReproductionContext context)
    {
        using var network = new LeNet(new ImageShape(1, 28, 28), 10, context.Seed);
        var random = RandomStream.For(context.Seed, "soft errors, images");
        var images = new FaultInputs(Enumerable.Range(0, 50 * 784).Select(_ => (float)random.NextDouble()).ToArray(), 50);
        var target = new AcceleratorTarget(NetworkQuantizer.Quantize(NetworkChain.Of(network.ToGraph()), images, context.Cancellation));
        FaultCampaign.Run(target, images, new CampaignOptions { MaxInjections = 2000, Margin = 1e-4, MaxThreads = 2 }, cancellation: context.Cancellation);
        var clock = Stopwatch.StartNew();
        var report = FaultCampaign.Run(target, images, new CampaignOptions { MaxInjections = 100_000, Margin = 1e-4, MaxThreads = 2 }, context.Progress, context.Cancellation);
        var rate = report.Injections / clock.Elapsed.TotalSeconds;
        return new ClaimResult(
            "At least 2,000 injected inferences a second on an int8 LeNet (61,706 weights) and two threads.", "2,000", $"{rate:#,0}", rate >= 2000 ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold,
            $"{report.Injections:#,0} injections over all twelve units, by raw rate; inputs are noise.");
    }

    private static IEnumerable<ClaimResult> WhereItHurts(UnitTruth[] truths)
    {
        var ratios = truths.Select(truth => Enumerable.Range(0, 2).Min(layer => truth.RateOf(NpuUnit.Accumulator, layer) / truth.RateOf(NpuUnit.WeightBuffer, layer))).ToArray();
        yield return new ClaimResult(
            "A flip in an accumulator changes the answer at least 15 times as often as one in a weight, in both layers, on every seed.", ".030 to .0006 and .151 to .0018",
            string.Join("; ", truths.Select(truth => string.Join(" and ", Enumerable.Range(0, 2).Select(layer => $"{truth.RateOf(NpuUnit.Accumulator, layer):.000} to {truth.RateOf(NpuUnit.WeightBuffer, layer):.0000}")))),
            Holds(ratios.Min() >= 15), $"Smallest ratio {ratios.Min():0}; {truths.Sum(truth => truth.Injections):#,0} injections, every site with each of 200 inputs.");
        yield return new ClaimResult(
            "Among the bits of a weight the sign hurts most, in each layer, on every seed.", "layer 2: 0 ... .0013 .0024 .0076",
            string.Join("; ", truths.Select(truth => string.Join(" ", truth.BitsOf(NpuUnit.WeightBuffer, 1).TakeLast(3).Select(rate => $"{rate:.0000}")))),
            Holds(truths.All(truth => Enumerable.Range(0, 2).All(layer => truth.BitsOf(NpuUnit.WeightBuffer, layer) is var bits && bits[^1] == bits.Max() && bits[^1] > bits[^2]))));
        yield return new ClaimResult(
            "SDC by unit, layer 1 | layer 2, first seed.", "activations .0054 | .0093, inputs .0009 | .0042, outputs .009 | .108, mantissas .0015 | .0082, shifts .028 | .068, qmin .127 | 0, qmax .002 | .093",
            string.Join(", ", Enum.GetValues<NpuUnit>().Where(unit => unit is not (NpuUnit.WeightRegister or NpuUnit.Sequencer)).Select(unit => $"{unit} {truths[0].RateOf(unit, 0):.0000} | {truths[0].RateOf(unit, 1):.0000}")),
            ClaimOutcome.Reported);
    }

    private static IEnumerable<ClaimResult> Sampling(ReproductionContext context, UnitTruth[] truths)
    {
        foreach (var registers in new[] { false, true })
            foreach (var n in new[] { 1000, 4000 })
            {
                var measured = new (double Coverage, double Width)[Seeds];
                Parallel.For(0, Seeds, new ParallelOptions { CancellationToken = context.Cancellation }, s => measured[s] = truths[s].Coverage(n, Repeats, context.Seed + s, registers));
                yield return new ClaimResult(
                    $"The default design's 95% interval covers the truth in 92 to 98% of {Repeats:#,0} repeats, {n} injections, {(registers ? "registers" : "all bits")}.", registers ? ".943 to .960" : n == 1000 ? ".942, width .0059" : ".943, width .0025",
                    string.Join("; ", measured.Select(one => $"{one.Coverage:.000}, width {one.Width:.0000}")), Holds(measured.All(one => one.Coverage is >= 0.92 and <= 0.98)),
                    registers ? null : $"Truth {string.Join(" ", truths.Select(truth => $"{truth.Total:.00000}"))} (specification .00146/.00185/.00164).");
            }
    }

    private static IEnumerable<ClaimResult> Protection(UnitTruth[] truths)
    {
        var planners = truths.Select(truth => (Planner: new ProtectionPlanner(truth.Blocks()), Fit: truth.Blocks().Sum(block => block.Fit))).ToArray();
        double[] Shares(double factor) => [.. planners.Select(one => one.Planner.Cheapest(one.Fit / factor).OverheadShare)];
        string Text(double factor) => string.Join("/", Shares(factor).Select(share => $"{100 * share:0.0}"));
        var area = truths[0].Blocks().Sum(block => block.Area);
        yield return new ClaimResult("Silent failures halved cost at most 5% of area.", "3.4/3.3/3.4%", $"{Text(2)}%", Holds(Shares(2).All(share => share <= 0.05)));
        yield return new ClaimResult(
            "A tenth of the silent failures costs at most 10% of area, and less than half of protecting everything (19.8%).", "5.4/5.0/5.5%", $"{Text(10)}%",
            Holds(Shares(10).All(share => share <= 0.10 && share < ProtectEverything / area / 2)), $"Area of the blocks {area:#,0}; lock step costs 100%. A hundredth: {Text(100)}% (specification 16.7/16.7/16.6%).");
        yield return new ClaimResult(
            "The exact plan costs no more than the greedy one.", "exact <= greedy", string.Join("; ", planners.Select(one => string.Join(", ", new[] { 2.0, 10, 100 }.Select(f => $"{one.Planner.Cheapest(one.Fit / f).Cost:0} to {one.Planner.Greedy(one.Fit / f).Cost:0}")))),
            Holds(planners.All(one => new[] { 2.0, 10, 100 }.All(f => one.Planner.Cheapest(one.Fit / f).Cost <= one.Planner.Greedy(one.Fit / f).Cost + 1e-9))));
    }

    private static IEnumerable<ClaimResult> StoredFormats(ReproductionContext context, StruckPerceptron network)
    {
        foreach (var (format, top, paper) in new[] { (StorageFormat.Float32, 30, "94% from bit 30 (.246 of its flips)"), (StorageFormat.Float16, 14, "96% from bit 14 (.278)"), (StorageFormat.BFloat16, 14, "94% from bit 14 (.228)") })
        {
            var report = FaultCampaign.Run(
                new StoredWeights(network.Chain, format), network.FirstTest(300), new CampaignOptions { Design = CampaignDesign.EqualPerStratum, MaxInjections = 640_000, Margin = 1e-4, Seed = context.Seed }, cancellation: context.Cancellation);
            var bits = report.ByBit.OrderBy(rate => rate.Bit).ToArray();
            var share = bits[top].Rate.Value / bits.Sum(bit => bit.Rate.Value);
            yield return new ClaimResult(
                $"Stored as {format}, at least 80% of changed answers come from the top exponent bit.", paper, $"{100 * share:0}% from bit {top} ({bits[top].Rate.Value:.000} of its flips)", Holds(share >= 0.8),
                $"Over all bits {bits.Average(bit => bit.Rate.Value):.0000}; mantissa at most {bits.Take(format == StorageFormat.Float32 ? 23 : format == StorageFormat.Float16 ? 10 : 7).Max(bit => bit.Rate.Value):.0000}; {report.Injections:#,0} injections.");
        }
    }

    private static ClaimResult Clamp(ReproductionContext context, StruckPerceptron network)
    {
        var limits = RangeLimits.Learn(network.Chain, network.Calibration);
        var options = new CampaignOptions { Design = CampaignDesign.EqualPerStratum, MaxInjections = 320_000, Margin = 1e-4, Seed = context.Seed };
        (double Silent, double Detected) Rates(RangeLimits? with)
        {
            var target = new StoredWeights(network.Chain, limits: with);
            double Bit30(FaultOutcomes kind) => FaultCampaign.Run(target, network.FirstTest(300), options with { Class = kind }, cancellation: context.Cancellation).ByBit.Single(rate => rate.Bit == 30).Rate.Value;
            return (Bit30(FaultOutcomes.Sdc1), Bit30(FaultOutcomes.Detected));
        }
        var (without, clamped) = (Rates(null), Rates(limits));
        using var probe = new StoredWeights(network.Chain, limits: limits).NewProbe();
        var changed = 0;
        for (var row = 0; row < network.Test.Count; row++)
        {
            probe.Prepare(network.Test.Row(row));
            changed += OutcomeJudge.Top(probe.Golden) == OutcomeJudge.Top(network.Chain.Scores(network.Test.Row(row))) ? 0 : 1;
        }
        return new ClaimResult(
            "Clamping activations to their calibrated range halves the damage of bit 30 at least, and changes no clean prediction.", ".239 + .068 without, .078 + 0 with",
            $"{without.Silent:.000} + {without.Detected:.000} without, {clamped.Silent:.000} + {clamped.Detected:.000} with; {changed} of {network.Test.Count} clean predictions change",
            Holds(clamped.Silent <= without.Silent / 2 && clamped.Detected == 0 && changed == 0), "Silent + detected.");
    }

    private static ClaimResult LanguageModel(ReproductionContext context)
    {
        const string Claim = "In a language model's stored weights (stories260k, a text of its own of 121 tokens), flips of bit 30 change more than 50 times as many tokens as flips of the sign.";
        const string Paper = ".720 (and .080 of flips not finite) to .0021; bits 29, 28, 26, 24 at most .0008; lower ones 0";
        if (StoryTransformer.Find(context.DataFolder) is not { } path)
            return new ClaimResult(Claim, Paper, "-", ClaimOutcome.Skipped, "The folder data/stories260k is not there.");
        using var model = StoryTransformer.Open(path, 121, context.Seed, context.Cancellation);
        var bits = new[] { 31, 30, 29, 28, 26, 24, 23, 22, 20, 16, 8, 0 }.ToDictionary(bit => bit, bit => model.Strike(bit, bit >= 30 ? 600 : 60, context.Seed, context.Cancellation));
        return new ClaimResult(
            Claim, Paper, $"{bits[30].Changed:.000} (and {bits[30].NotFinite:.000} not finite) to {bits[31].Changed:.0000}; bits 29, 28, 26, 24 at most {new[] { 29, 28, 26, 24 }.Max(bit => bits[bit].Changed):.0000}; lower ones {new[] { 23, 22, 20, 16, 8, 0 }.Max(bit => bits[bit].Changed):.0000}",
            Holds(bits[30].Changed > 50 * bits[31].Changed), $"Share of positions whose likeliest token changes; {model.Weights:#,0} weights, 600 flips of the two top bits and 60 of the others. The text surprises the model by {model.Surprise():0.00} nats a token.");
    }

    private static ClaimOutcome Holds(bool holds) => holds ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold;
}
