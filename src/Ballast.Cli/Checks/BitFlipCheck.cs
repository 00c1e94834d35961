using Ballast.Cli.Reports;
using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx;
using Ballast.Exchange.Onnx.Parts;
using Ballast.Numerics.Intervals;
using Ballast.Robustness.Faults;
using Ballast.Robustness.Faults.Chains;
using Ballast.Robustness.Faults.Storage;

namespace Ballast.Cli.Checks;

/// <summary>How often one flipped bit of the given network's stored weights changes an answer, by tensor and by bit. Silent where no network was given, or one too large for a look in passing.</summary>
/// <remarks>Flips are drawn from all bits of all weights alike, each with one row; <c>inject</c> does the same with more flips, other formats and an accelerator.</remarks>
internal sealed class BitFlipCheck : ICheck
{
    private const int MostFlips = 20_000;
    private const int FewestFlips = 1_000;
    private const int MostRows = 200;

    // A few seconds at a billion products a second, or, in ONNX Runtime and from the struck layer on, ten.
    private const long MostProducts = 2_000_000_000;
    private const long MostProductsOfRuntime = 10 * MostProducts;

    public string Id => "bit-flips";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        if (audit.Options.Model is not { } path || audit.GivenInputs is not { } inputs || inputs.Features.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            return;
        var (target, flips) = Open(path, inputs.Width);
        using var owned = target as IDisposable;
        if (target is null || target.Inputs != inputs.Width || target.Outputs < 2 || flips < FewestFlips)
            return;
        var rows = inputs.Select(RandomStream.For(audit.Options.Seed, Id).SampleWithoutReplacement(inputs.Count, Math.Min(MostRows, inputs.Count)));
        var options = new CampaignOptions { Margin = 1e-4, MaxInjections = Math.Min(MostFlips, flips), Seed = audit.Options.Seed };
        Tell(audit, FaultCampaign.Run(target, new FaultInputs(rows.Features, rows.Count), options, cancellation: cancellation));
    }

    private void Tell(Audit audit, FaultReport report)
    {
        var total = Harmful(report.Total!);
        var byBit = report.ByBit.OrderByDescending(rate => Harmful(rate).Value).ThenByDescending(rate => rate.Bit).ToArray();
        var byTensor = report.ByLayer.OrderByDescending(rate => Harmful(rate).Value * rate.RawBits).ToArray();
        // Of all harmful flips, the share in the tensor that causes most.
        var share = Harmful(byTensor[0]).Value * byTensor[0].RawBits / Math.Max(double.Epsilon, byTensor.Sum(rate => Harmful(rate).Value * rate.RawBits));
        var sentence = $"One flipped bit in the stored weights ({string.Join(", ", report.ByUnit.Select(rate => rate.Unit!.ToLowerInvariant()))}) of the model changes an answer or makes it NaN in {Figures.Percent(total.Value)} of {Figures.Count(total.Count)} trials "
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
                ["by_bit"] = byBit.Where(rate => Harmful(rate).Value > 0).ToDictionary(rate => report.ByUnit.Count == 1 ? $"{rate.Bit}" : $"{rate.Unit!.ToLowerInvariant()} {rate.Bit}", rate => (object)Row(rate)),
            },
            $"Protect '{byTensor[0].Layer}' first ({Figures.Percent(share)} of the harmful flips), or clamp activations to their range; ballast inject plans protection.");
    }

    private static double[] Row(FaultRate rate) => [Harmful(rate).Value, Harmful(rate).Interval.Low, Harmful(rate).Interval.High];

    private static Estimate Harmful(FaultRate rate) =>
        BinomialInterval.WilsonEstimate((int)(rate.Outcomes[FaultOutcomes.Sdc1] + rate.Outcomes[FaultOutcomes.Detected]), rate.Rate.Count);

    // Most ONNX models are no such networks (trees, pipelines): that is no fault of theirs.
    private static (IFaultTarget? Target, long Flips) Open(string path, int width)
    {
        try
        {
            if (ChainOf(path) is { } chain)
                return (new StoredWeights(chain), MostProducts / Math.Max(1, chain.Products));
            var network = OnnxDissection.Read(path);
            Extents shape = [.. network.InputShape.Select((extent, axis) => axis == 0 && extent < 0 ? 1 : extent)];
            if (shape.Any(extent => extent < 0) || shape.Product != width)
                return (null, 0);
            var target = new OnnxStoredWeights(network.For(shape));
            // Scores of classes stand along one axis.
            if (target.OutputShape.Count(extent => extent > 1) == 1)
                return (target, MostProductsOfRuntime / Math.Max(1, target.Products));
            target.Dispose();
        }
        catch (Exception error) when (error is DataFormatException or NotSupportedException or ArgumentException)
        {
        }
        return (null, 0);
    }

    private static NetworkChain? ChainOf(string path)
    {
        try
        {
            return NetworkChain.Of(OnnxGraphReader.Read(path));
        }
        catch (Exception error) when (error is DataFormatException or NotSupportedException)
        {
            return null;
        }
    }
}
