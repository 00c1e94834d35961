using Ballast.Core;
using Ballast.Robustness.Bounds;
using Ballast.Robustness.Bounds.Fused;
using static TorchSharp.torch;

namespace Ballast.Robustness.Certified;

/// <summary>The warm-up regularisers: intervals must not widen from layer to layer, and neither active nor inactive ReLUs may take over.</summary>
/// <remarks>Source: Shi et al. (NeurIPS 2021), eqs. 9 to 12.</remarks>
/// <param name="tolerance">τ: how far a ratio may fall below 1 for nothing, above 0.</param>
/// <param name="lambda">λ_0: weight while the radius is 0, from where it falls to 0 at the full radius; at least 0.</param>
public sealed class CertifiedRegularizers(double tolerance = 0.5, double lambda = 0.5)
{
    private const double Tiny = 1e-12;

    /// <summary>τ.</summary>
    public double Tolerance { get; } = Guard.Positive(tolerance);

    /// <summary>λ_0.</summary>
    public double Lambda { get; } = Guard.NotNegative(lambda);

    /// <summary>τ and λ_0.</summary>
    public override string ToString() => FormattableString.Invariant($"regularisers tolerance {Tolerance:R}, lambda {Lambda:R}");

    /// <summary>Both terms.</summary>
    /// <param name="box">The input box.</param>
    /// <param name="layers">Bounds before each ReLU layer, [B, ...] each.</param>
    internal RegularizerTerms Terms(InputBox box, IReadOnlyList<NodeBounds> layers)
    {
        var width = ((box.Upper - box.Lower) / 2).mean().to(float64);
        var (tightness, relu) = (zeros_like(width), zeros_like(width));
        var found = new LayerRegularity[layers.Count];
        for (var i = 0; i < layers.Count; i++)
        {
            var (middle, reach) = layers[i].Centered;
            var (sums, counts) = ReluSums.Of(middle, reach);
            double neurons = middle.numel();
            var (active, inactive) = (counts[0].item<double>(), counts[1].item<double>());
            var delta = sums[1] / neurons;
            tightness += (Tolerance - width / delta.clamp_min(Tiny)).clamp_min(0);
            var balance = Balance(sums, neurons, active, inactive);
            if (balance.Bracket is { } bracket)
                relu += bracket;
            found[i] = new LayerRegularity(Number(delta), balance.Alpha, balance.Beta, active / neurons, inactive / neurons, balance.Bracket is { } term ? Number(term) / Tolerance : 0);
        }
        var share = Math.Max(1, layers.Count) * Tolerance;
        return new RegularizerTerms(tightness / share, relu / share, Number(width), found);
    }

    // α compares the centres of active and inactive neurons, β their spread around the mean of all. No term where nothing is inactive.
    private (Tensor? Bracket, double? Alpha, double? Beta) Balance(Tensor sums, double neurons, double active, double inactive)
    {
        if (inactive == 0)
            return (null, null, null);
        if (active == 0)
            return (full([], 2 * Tolerance, float64, sums.device), 0, 0);
        var mean = sums[0] / neurons;
        Tensor Spread(int kind, double count) => sums[kind + 1] - 2 * mean * sums[kind] + count * mean.square();
        var alpha = sums[2] / -sums[4];
        var beta = Spread(2, active) / Spread(4, inactive).clamp_min(1e-30);
        return (Lack(alpha) + Lack(beta), Number(alpha), Number(beta));
    }

    private Tensor Lack(Tensor ratio) => (Tolerance - minimum(ratio, ratio.clamp_min(Tiny).reciprocal())).clamp_min(0);

    private static double Number(Tensor scalar) => scalar.item<double>();
}
