using Ballast.Core;
using Ballast.Robustness.Bounds;
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
    internal RegularizerTerms Terms(InputBox box, IReadOnlyList<(Tensor Lower, Tensor Upper)> layers)
    {
        var width = ((box.Upper - box.Lower) / 2).mean();
        var (tightness, relu) = (zeros_like(width), zeros_like(width));
        var found = new LayerRegularity[layers.Count];
        for (var i = 0; i < layers.Count; i++)
        {
            var (lower, upper) = layers[i];
            var delta = ((upper - lower) / 2).mean();
            tightness += (Tolerance - width / delta.clamp_min(Tiny)).clamp_min(0);
            var balance = Balance(lower, upper);
            if (balance.Bracket is { } bracket)
                relu += bracket;
            found[i] = new LayerRegularity(Number(delta), balance.Alpha, balance.Beta, Number(lower.gt(0).to_type(float64).mean()), Number(upper.lt(0).to_type(float64).mean()), balance.Bracket is { } term ? Number(term) / Tolerance : 0);
        }
        var share = Math.Max(1, layers.Count) * Tolerance;
        return new RegularizerTerms(tightness / share, relu / share, Number(width), found);
    }

    // α compares the centres of active and inactive neurons, β their spread. No term where nothing is inactive.
    private (Tensor? Bracket, double? Alpha, double? Beta) Balance(Tensor lower, Tensor upper)
    {
        var (active, inactive) = (lower.gt(0), upper.lt(0));
        if (!inactive.any().item<bool>())
            return (null, null, null);
        var center = (lower + upper) / 2;
        if (!active.any().item<bool>())
            return (full([], 2 * Tolerance, center.dtype), 0, 0);
        var spread = (center - center.mean()).square();
        Tensor Sum(Tensor values, Tensor of) => values.masked_fill(of.logical_not(), 0).sum();
        var alpha = Sum(center, active) / -Sum(center, inactive);
        var beta = Sum(spread, active) / Sum(spread, inactive).clamp_min(1e-30);
        return (Lack(alpha) + Lack(beta), Number(alpha), Number(beta));
    }

    private Tensor Lack(Tensor ratio) => (Tolerance - minimum(ratio, ratio.clamp_min(Tiny).reciprocal())).clamp_min(0);

    private static double Number(Tensor scalar) => scalar.detach().to(float64).item<double>();
}
