using System.Numerics.Tensors;

namespace Ballast.Robustness.Faults.Chains;

/// <summary>A software remedy: activations of each layer are clamped to the range they had on calibration data, widened by a tenth of it on both sides. NaN becomes 0.</summary>
public sealed class RangeLimits
{
    private readonly (float Low, float High)?[] ranges;

    private RangeLimits((float Low, float High)?[] ranges) => this.ranges = ranges;

    /// <summary>Learns the ranges.</summary>
    /// <param name="chain">The network.</param>
    /// <param name="calibration">Rows as the network sees them.</param>
    /// <param name="widening">Share of the range that is added on each side; 0.1 by default.</param>
    public static RangeLimits Learn(NetworkChain chain, FaultInputs calibration, double widening = 0.1)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(calibration);
        var ranges = new (float Low, float High)?[chain.Steps.Count];
        var run = new ChainRun(chain);
        for (var row = 0; row < calibration.Count; row++)
        {
            run.Prepare(calibration.Row(row));
            for (var s = 0; s < ranges.Length; s++)
                // A layer's range is that of what leaves it, after its normalisation and activation.
                if (chain.Steps[s] is not ChainPool && chain.Steps.ElementAtOrDefault(s + 1) is not (ChainClamp or ChainNorm))
                {
                    var (low, high) = (TensorPrimitives.Min(run.After(s)), TensorPrimitives.Max(run.After(s)));
                    ranges[s] = ranges[s] is { } range ? (Math.Min(range.Low, low), Math.Max(range.High, high)) : (low, high);
                }
        }
        return new RangeLimits([.. ranges.Select(range => range is { } known ? Widened(known, widening) : range)]);
    }

    internal void Apply(int step, Span<float> values)
    {
        if (ranges[step] is not { } range)
            return;
        foreach (ref var value in values)
            value = float.IsNaN(value) ? 0 : value < range.Low ? range.Low : value > range.High ? range.High : value;
    }

    private static (float Low, float High) Widened((float Low, float High) range, double share) =>
        ((float)(range.Low - share * (range.High - range.Low)), (float)(range.High + share * (range.High - range.Low)));
}
