using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>The logistic function or the hyperbolic tangent: convex below 0, concave above, f(-x) = 2 f(0) - f(x).</summary>
internal sealed class SigmoidalStep(string name, int input, long[] shape, Sigmoidal function) : ActivationStep(name, input, shape)
{
    private const int Bisections = 60;
    private const int SingleBisections = 30;
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

    /// <summary>Where the tangent touches, below and above, for neurons whose line is a tangent.</summary>
    /// <remarks>A tangent of the convex part at d stays below the function on all of [l, u] for every d from l to the touching point. Above, all is mirrored.</remarks>
    public override FreeLines Free(Tensor lower, Tensor upper, Relaxation own, Soundness soundness)
    {
        LineChoice below, mirrored;
        using (no_grad())
            (below, mirrored) = (Tangents(lower, upper), Tangents(-upper, -lower));
        var slack = soundness == Soundness.RealArithmetic ? Slack(lower, upper) : null;
        var twice = function == Sigmoidal.Logistic ? 1.0 : 0.0;
        return new FreeLines([below, mirrored], values =>
        {
            var (belowSlope, belowIntercept) = TangentOr(own.LowerSlope, own.LowerIntercept!, below, values[0], slack);
            var (aboveSlope, aboveIntercept) = TangentOr(own.UpperSlope, twice - own.UpperIntercept, mirrored, values[1], slack);
            return new Relaxation(belowSlope, belowIntercept, aboveSlope, twice - aboveIntercept);
        });
    }

    // The greatest distance of the lines, taken in the middle.
    public override Tensor Looseness(Tensor coefficients, Tensor lower, Tensor upper, Relaxation lines)
    {
        var middle = (lower + upper) / 2;
        return coefficients.abs() * ((lines.UpperSlope - lines.LowerSlope) * middle + lines.UpperIntercept - lines.LowerIntercept!).clamp_min(0);
    }

    // At the inflection where it is well inside.
    public override double Cut(double lower, double upper) => Math.Min(-lower, upper) > 0.2 * (upper - lower) ? 0 : lower + (upper - lower) / 2;

    private (Tensor Slope, Tensor Intercept) TangentOr(Tensor slope, Tensor intercept, LineChoice choice, Tensor value, Tensor? slack)
    {
        var point = value.clamp(choice.Least, choice.Greatest);
        var at = Apply(point);
        var tangent = Slope(at);
        var offset = at - tangent * point;
        if (slack is not null)
            offset -= slack;
        var isFree = choice.Least.lt(choice.Greatest);
        return (where(isFree, tangent, slope), where(isFree, offset, intercept));
    }

    private LineChoice Tangents(Tensor lower, Tensor upper)
    {
        var touching = TouchingPoint(lower, upper, Apply(upper));
        var (atLower, middle) = (Apply(lower), (lower + upper) / 2);
        var isFixed = UsesChord(lower, upper, atLower, Apply(upper)).logical_or((upper - lower).lt(Narrow));
        var greatest = where(isFixed, lower, maximum(touching, lower));
        return new LineChoice(minimum(greatest, middle), lower, greatest);
    }

    // Values, slopes and the touching point are off by a few units in the last place of 1, times the length of the interval.
    private static Tensor Slack(Tensor lower, Tensor upper) => (maximum(lower.abs(), upper.abs()) + 1) * (128 * Rounding.Unit);

    private Tensor UsesChord(Tensor lower, Tensor upper, Tensor atLower, Tensor atUpper) =>
        lower.ge(0).logical_or(upper.gt(0).logical_and(Chord(lower, upper, atLower, atUpper).lt(Slope(atLower))));

    private static Tensor Chord(Tensor lower, Tensor upper, Tensor atLower, Tensor atUpper)
    {
        var width = upper - lower;
        return (atUpper - atLower) / where(width.lt(Narrow), ones_like(width), width);
    }

    // The chord where the function is concave, a tangent where it is convex; in between the steepest line from the upper end that stays below.
    private (Tensor Slope, Tensor Intercept) Below(Tensor lower, Tensor upper, Soundness soundness)
    {
        var middle = (lower + upper) / 2;
        var narrow = (upper - lower).lt(Narrow);
        var (atLower, atUpper) = (Apply(lower), Apply(upper));
        var chord = Chord(lower, upper, atLower, atUpper);
        var usesChord = UsesChord(lower, upper, atLower, atUpper);
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
        if (soundness == Soundness.RealArithmetic)
            intercept -= Slack(lower, upper);
        return (slope, intercept);
    }

    // d in [l, 0] with f(d) + f'(d) (u - d) = f(u), from below: there the tangent passes under the upper end. At u where everything is convex.
    private Tensor TouchingPoint(Tensor lower, Tensor upper, Tensor atUpper)
    {
        var low = minimum(lower, zeros_like(lower));
        var high = zeros_like(lower);
        for (var i = lower.dtype == ScalarType.Float64 ? Bisections : SingleBisections; i > 0; i--)
        {
            using var scope = NewDisposeScope();
            var trial = (low + high) / 2;
            var value = Apply(trial);
            var passesUnder = (value + Slope(value) * (upper - trial)).le(atUpper);
            low.copy_(where(passesUnder, trial, low));
            high.copy_(where(passesUnder, high, trial));
        }
        return where(upper.le(0), upper, low);
    }

    private Tensor Slope(Tensor value) => function == Sigmoidal.Logistic ? value * (1 - value) : (1 - value) * (1 + value);
}
