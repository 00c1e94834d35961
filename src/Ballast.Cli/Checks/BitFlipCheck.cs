using Ballast.Cli.Reports;
using Ballast.Core;
using Ballast.Exchange.Onnx;
using Ballast.Numerics.Intervals;
using Ballast.Robustness.Faults;
using Ballast.Robustness.Faults.Chains;
using Ballast.Robustness.Faults.Storage;

namespace Ballast.Cli.Checks;

/// <summary>How often one flipped bit of the given network's stored weights changes an answer, by tensor and by bit. Silent where no network was given, or one that is no chain of layers.</summary>
/// <remarks>Flips are drawn from all bits of all weights alike, each with one row; <c>inject</c> does the same with more flips, other formats and an accelerator.</remarks>
internal sealed class BitFlipCheck : ICheck
{
    private const int MostFlips = 20_000;
    private const int FewestFlips = 1_000;
    private const int MostRows = 200;

    // A few seconds at a billion products a second.
    private const long MostProducts = 2_000_000_000;

    public string Id => "bit-flips";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        if (audit.Options.Model is not { } path || audit.GivenInputs is not { } inputs || Open(path) is not { } chain || chain.Inputs != inputs.Width || chain.Outputs < 2)
            return;
        if (chain.Products * FewestFlips > MostProducts || inputs.Features.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            return;
        var rows = inputs.Select(RandomStream.For(audit.Options.Seed, Id).SampleWithoutReplacement(inputs.Count, Math.Min(MostRows, inputs.Count)));
        var options = new CampaignOptions { Margin = 1e-4, MaxInjections = Math.Min(MostFlips, MostProducts / Math.Max(1, chain.Products)), Seed = audit.Options.Seed };
        Tell(audit, FaultCampaign.Run(new StoredWeights(chain), new FaultInputs(rows.Features, rows.Count), options, cancellation: cancellation));
    }

    private void Tell(Audit audit, FaultReport report)
    {
        var total = Harmful(report.Total!);
        var byBit = report.ByBit.OrderByDescending(rate => Harmful(rate).Value).ThenByDescending(rate => rate.Bit).ToArray();
        var byTensor = report.ByLayer.OrderByDescending(rate => Harmful(rate).Value * rate.RawBits).ToArray();
        // Of all harmful flips, the share in the tensor that causes most.
        var share = Harmful(byTensor[0]).Value * byTensor[0].RawBits / Math.Max(double.Epsilon, byTensor.Sum(rate => Harmful(rate).Value * rate.RawBits));
        var sentence = $"One flipped bit in the stored weights (float32) of the model changes an answer or makes it NaN in {Figures.Percent(total.Value)} of {Figures.Count(total.Count)} trials "
            + $"(95% interval {Figures.Percent(total.Interval.Low)} to {Figures.Percent(total.Interval.High)}), bit {byBit[0].Bit} in {Figures.Percent(Harmful(byBit[0]).Value)} of its own.";
        if (total.Value == 0)
        {
            audit.Note(sentence);
            return;
        }
        audit.Report(
            Id, Severity.Info, sentence, [], [],
            new Dictionary<string, object>
            {
                ["share"] = total.Value,
                ["low"] = total.Interval.Low,
                ["high"] = total.Interval.High,
                ["flips"] = total.Count,
                ["by_tensor"] = byTensor.ToDictionary(rate => rate.Layer!, rate => (object)Row(rate)),
                ["by_bit"] = byBit.Where(rate => Harmful(rate).Value > 0).ToDictionary(rate => $"{rate.Bit}", rate => (object)Row(rate)),
            },
            $"Protect '{byTensor[0].Layer}' first ({Figures.Percent(share)} of the harmful flips), or clamp activations to their range; ballast inject plans protection.");
    }

    private static double[] Row(FaultRate rate) => [Harmful(rate).Value, Harmful(rate).Interval.Low, Harmful(rate).Interval.High];

    private static Estimate Harmful(FaultRate rate) =>
        BinomialInterval.WilsonEstimate((int)(rate.Outcomes[FaultOutcomes.Sdc1] + rate.Outcomes[FaultOutcomes.Detected]), rate.Rate.Count);

    // Most ONNX models are no such networks (trees, pipelines): that is no fault of theirs.
    private static NetworkChain? Open(string path)
    {
        try
        {
            return NetworkChain.Of(OnnxGraphReader.Read(path));
        }
        catch (Exception error) when (error is DataFormatException or NotSupportedException or ArgumentException)
        {
            return null;
        }
    }
}
