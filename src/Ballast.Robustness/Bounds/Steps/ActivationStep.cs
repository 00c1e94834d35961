using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>A function that never falls, applied to each element.</summary>
internal abstract class ActivationStep(string name, int input, long[] shape) : BoundStep(name, [input], shape)
{
    /// <summary>Whether neurons whose interval does not hold 0 are linear, so that tighter bounds for them change nothing.</summary>
    public abstract bool IsPiecewiseLinear { get; }

    /// <summary>The lines around the function on [lower, upper].</summary>
    public abstract Relaxation Relax(Tensor lower, Tensor upper, Soundness soundness);

    /// <summary>What is free in the lines around the function on [lower, upper]: any choice is sound.</summary>
    /// <param name="lower">[P, ...].</param>
    /// <param name="upper">[P, ...].</param>
    /// <param name="own">What <see cref="Relax"/> gives there.</param>
    /// <param name="soundness">What the lines prove.</param>
    public abstract FreeLines Free(Tensor lower, Tensor upper, Relaxation own, Soundness soundness);

    /// <summary>How much the lines may cost a bound for given coefficients of the result, [P, ...]: 0 where the function is a line.</summary>
    public abstract Tensor Looseness(Tensor coefficients, Tensor lower, Tensor upper, Relaxation lines);

    /// <summary>Where to cut a neuron's interval in two.</summary>
    public abstract double Cut(double lower, double upper);

    /// <summary>The function.</summary>
    protected abstract Tensor Apply(Tensor x);

    /// <summary>How far computed values may be off; 0 for exact functions.</summary>
    protected virtual double Error => 0;

    public sealed override Tensor Forward(IReadOnlyList<Tensor> x) => Apply(x[0]);

    public override NodeBounds Interval(IReadOnlyList<NodeBounds> x, Soundness soundness)
    {
        var (lower, upper) = (Apply(x[0].Lower), Apply(x[0].Upper));
        if (soundness == Soundness.Nominal)
            return new NodeBounds(lower, upper, null);
        if (Error > 0)
            (lower, upper) = (lower - Error, upper + Error);
        return new NodeBounds(lower, upper, NodeBounds.Greatest(lower, upper));
    }

    // For a lower bound, positive coefficients take the line below and negative ones the line above.
    public override void Backward(BackwardPass pass, Tensor coefficients)
    {
        var lines = pass.LinesOf(this);
        pass.Note(this, coefficients);
        var sent = coefficients * where(coefficients.detach().gt(0), lines.LowerSlope, lines.UpperSlope);
        // The intercepts of piecewise linear functions above are at least 0: a sum of one sign is its own size.
        pass.AddOffset((coefficients.clamp_max(0) * lines.UpperIntercept).flatten(1).sum(1));
        if (lines.LowerIntercept is { } intercept)
        {
            pass.AddOffset((coefficients.clamp_min(0) * intercept).flatten(1).sum(1));
            pass.Charge(coefficients.abs() * maximum(intercept.abs(), lines.UpperIntercept.abs()), Size);
        }
        else
        {
            pass.ChargeOffset(Size);
        }
        if (pass.MultiplierOf(this) is { } multiplier)
        {
            pass.ChargeTo(Inputs[0], sent, 1);
            sent += multiplier;
        }
        pass.Send(Inputs[0], sent);
    }
}
