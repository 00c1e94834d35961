using Ballast.Robustness.Bounds.Fused;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>x where x is at least 0, else a x, with 0 ≤ a ≤ 1.</summary>
internal sealed class ReluStep(string name, int input, long[] shape, double slope = 0) : ActivationStep(name, input, shape)
{
    // Lines below are chosen well: they count where all lines above are exact.
    private const double BelowWeight = 1e-6;

    /// <summary>a.</summary>
    public double NegativeSlope { get; } = slope;

    public override bool IsPiecewiseLinear => true;

    protected override double Error => 0;

    protected override Tensor Apply(Tensor x) => NegativeSlope == 0 ? x.relu() : maximum(x, x * NegativeSlope);

    // Above: the chord. Below: through 0, with slope 1 where the positive part is the longer one ("adaptive"), else a.
    public override Relaxation Relax(Tensor lower, Tensor upper, Soundness soundness)
    {
        var a = NegativeSlope;
        if (a == 0 && soundness == Soundness.Nominal)
            return Nominal(lower.clamp_max(0), upper.clamp_min(0));
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

    public override NodeBounds Interval(IReadOnlyList<NodeBounds> x, Soundness soundness)
    {
        if (soundness != Soundness.Nominal || NegativeSlope != 0)
            return base.Interval(x, soundness);
        var (middle, reach) = x[0].Centered;
        (middle, reach) = IntervalRelu.Of(middle, reach);
        return NodeBounds.Around(middle, reach);
    }

    public override void Backward(BackwardPass pass, Tensor coefficients)
    {
        if (NegativeSlope != 0 || !pass.HasOwnLines(coefficients))
        {
            base.Backward(pass, coefficients);
            return;
        }
        var (middle, reach) = pass.BoundsOf(Inputs[0]).Centered;
        var (sent, cost) = ReluLines.Of(coefficients, middle, reach);
        pass.AddOffset(cost);
        pass.Send(Inputs[0], sent);
    }

    /// <summary>The slope below an unstable neuron, in [a, 1].</summary>
    public override FreeLines Free(Tensor lower, Tensor upper, Relaxation own, Soundness soundness)
    {
        var unstable = own.UpperIntercept.ne(0);
        var (least, greatest) = (where(unstable, full_like(own.LowerSlope, NegativeSlope), own.LowerSlope), where(unstable, ones_like(own.LowerSlope), own.LowerSlope));
        return new FreeLines([new LineChoice(own.LowerSlope, least, greatest)], values => own with { LowerSlope = values[0].clamp(least, greatest) });
    }

    // Above, what the chord costs at 0; below, at most so much, and usually far less.
    public override Tensor Looseness(Tensor coefficients, Tensor lower, Tensor upper, Relaxation lines)
    {
        var unstable = lines.UpperIntercept.ne(0).to_type(coefficients.dtype);
        return coefficients.clamp_max(0).neg() * lines.UpperIntercept + coefficients.clamp_min(0) * minimum(-lower, upper) * unstable * BelowWeight;
    }

    public override double Cut(double lower, double upper) => 0;

    // The same in few operations: u / (u - l) of the ends cut to their sides of 0 is 1 where active and 0 where inactive.
    private static Relaxation Nominal(Tensor lower, Tensor upper)
    {
        var chord = upper / (upper - lower).clamp_min(1e-30);
        return new Relaxation(chord.detach().gt(0.5).to_type(lower.dtype), null, chord, -chord * lower);
    }
}
