using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>The logistic function or the hyperbolic tangent: convex below 0, concave above, f(-x) = 2 f(0) - f(x).</summary>
internal sealed class SigmoidalStep(string name, int input, long[] shape, Sigmoidal function) : ActivationStep(name, input, shape)
{
    private const int Bisections = 60;
    private const double Narrow = 1e-8;

    public override bool IsPiecewiseLinear => false;

    // Eight units in the last place of 1: more than the error of the functions themselves.
    protected override double Error => 16 * Rounding.Unit;

    protected override Tensor Apply(Tensor x) => function == Sigmoidal.Logistic ? sigmoid(x) : tanh(x);

    public override Relaxation Relax(Tensor lower, Tensor upper, Soundness soundness)
    {
        var (belowSlope, belowIntercept) = Below(lower, upper, soundness);
        var (aboveSlope, mirrored) = Below(-upper, -lower, soundness);
        var twice = function == Sigmoidal.Logistic ? 1.0 : 0.0;
        return new Relaxation(belowSlope, belowIntercept, aboveSlope, twice - mirrored);
    }

    // The chord where the function is concave, a tangent where it is convex; in between the steepest line from the upper end that stays below.
    private (Tensor Slope, Tensor Intercept) Below(Tensor lower, Tensor upper, Soundness soundness)
    {
        var middle = (lower + upper) / 2;
        var width = upper - lower;
        var narrow = width.lt(Narrow);
        var (atLower, atUpper) = (Apply(lower), Apply(upper));
        var chord = (atUpper - atLower) / where(narrow, ones_like(width), width);
        var usesChord = lower.ge(0).logical_or(upper.gt(0).logical_and(chord.lt(Slope(atLower))));
        Tensor point;
        using (no_grad())
            point = minimum(TouchingPoint(lower, upper, atUpper), middle);
        var value = Apply(point);
        var tangent = Slope(value);

        var slope = where(usesChord, chord, tangent);
        var intercept = where(usesChord, minimum(atLower - chord * lower, atUpper - chord * upper), value - tangent * point);
        // Constant lines where the chord's slope would be all rounding.
        slope = where(narrow, zeros_like(slope), slope);
        intercept = where(narrow, atLower, intercept);
        // Values, slopes and the touching point are off by a few units in the last place of 1, times the length of the interval.
        if (soundness == Soundness.RealArithmetic)
            intercept -= (maximum(lower.abs(), upper.abs()) + 1) * (128 * Rounding.Unit);
        return (slope, intercept);
    }

    // d in [l, 0] with f(d) + f'(d) (u - d) = f(u), from below: there the tangent passes under the upper end. At u where everything is convex.
    private Tensor TouchingPoint(Tensor lower, Tensor upper, Tensor atUpper)
    {
        var low = minimum(lower, zeros_like(lower));
        var high = zeros_like(lower);
        for (var i = 0; i < Bisections; i++)
        {
            var trial = (low + high) / 2;
            var value = Apply(trial);
            var passesUnder = (value + Slope(value) * (upper - trial)).le(atUpper);
            (low, high) = (where(passesUnder, trial, low), where(passesUnder, high, trial));
        }
        return where(upper.le(0), upper, low);
    }

    private Tensor Slope(Tensor value) => function == Sigmoidal.Logistic ? value * (1 - value) : (1 - value) * (1 + value);
}
