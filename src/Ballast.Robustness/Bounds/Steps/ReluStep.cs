using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>x where x is at least 0, else a x, with 0 ≤ a ≤ 1.</summary>
internal sealed class ReluStep(string name, int input, long[] shape, double slope = 0) : ActivationStep(name, input, shape)
{
    /// <summary>a.</summary>
    public double NegativeSlope { get; } = slope;

    public override bool IsPiecewiseLinear => true;

    protected override double Error => 0;

    protected override Tensor Apply(Tensor x) => NegativeSlope == 0 ? x.clamp_min(0) : maximum(x, x * NegativeSlope);

    // Above: the chord. Below: through 0, with slope 1 where the positive part is the longer one ("adaptive"), else a.
    public override Relaxation Relax(Tensor lower, Tensor upper, Soundness soundness)
    {
        var a = NegativeSlope;
        var active = lower.ge(0);
        var unstable = active.logical_not().logical_and(upper.le(0).logical_not());
        var stable = active.to_type(lower.dtype) * (1 - a) + a;
        var width = where(unstable, upper - lower, ones_like(lower));
        var chord = where(unstable, (upper - a * lower) / width, stable);
        // A line above a convex function must only be above both ends.
        var intercept = maximum(a * lower - chord * lower, upper - chord * upper);
        if (soundness == Soundness.RealArithmetic)
            intercept = intercept.clamp_min(0) + (chord * lower).abs().add(upper.abs()).add(lower.abs()) * (8 * Rounding.Unit) + Rounding.Tiny;
        intercept = where(unstable, intercept, zeros_like(intercept));
        var steep = chord.gt(0.5);
        var below = where(unstable, steep.to_type(lower.dtype) * (1 - a) + a, stable).detach();
        return new Relaxation(below, null, chord, intercept);
    }
}
