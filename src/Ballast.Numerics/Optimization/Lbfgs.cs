using System.Numerics.Tensors;

namespace Ballast.Numerics.Optimization;

/// <summary>Limited-memory BFGS with a line search that ensures the strong Wolfe conditions.</summary>
/// <remarks>Source: Nocedal and Wright (2006), Numerical Optimization, algorithms 7.4, 7.5, 3.5 and 3.6.</remarks>
public static class Lbfgs
{
    private const int Memory = 10;
    private const double SufficientDecrease = 1e-4, Curvature = 0.9;

    /// <summary>Values nearer than this share are equal: near the minimum, rounding hides decreases that the slopes still show.</summary>
    private const double Rounding = 1e-15;

    /// <summary>Moves <paramref name="point"/> to a minimum: until no gradient entry exceeds <paramref name="tolerance"/>, no step lowers the value any more, or the iterations are up.</summary>
    /// <param name="function">The function.</param>
    /// <param name="point">The start, and in the end the minimum.</param>
    /// <param name="tolerance">Largest gradient entry at the end.</param>
    /// <param name="maximumIterations">Steps at most.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <param name="precondition">Multiplies a vector by an approximate inverse Hessian, up to a factor; null for the identity.</param>
    /// <returns>Whether the tolerance was reached or float64 allows no further descent.</returns>
    public static bool Minimize(
        SmoothFunction function, double[] point, double tolerance, int maximumIterations, CancellationToken cancellation, Action<double[]>? precondition = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(point);
        var size = point.Length;
        var (gradient, direction, nextPoint, nextGradient) = (new double[size], new double[size], new double[size], new double[size]);
        var history = new List<(double[] Step, double[] Change, double Curvature)>(Memory);
        var value = function(point, gradient);
        for (var iteration = 0; iteration < maximumIterations; iteration++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (size == 0 || Math.Abs(TensorPrimitives.MaxMagnitude<double>(gradient)) <= tolerance)
                return true;
            Direction(gradient, history, precondition, direction);
            var slope = TensorPrimitives.Dot<double>(gradient, direction);
            var step = history.Count == 0 && precondition is null ? Math.Min(1, 1 / TensorPrimitives.Norm<double>(gradient)) : 1;
            if (LineSearch(function, point, value, slope, direction, step, nextPoint, nextGradient) is not { } nextValue)
            {
                if (history.Count == 0)
                    return true; // steepest descent itself finds nothing lower: rounding is reached
                history.Clear();
                continue;
            }
            Remember(history, point, nextPoint, gradient, nextGradient);
            nextPoint.CopyTo(point, 0);
            nextGradient.CopyTo(gradient, 0);
            value = nextValue;
        }
        return false;
    }

    // Algorithm 7.4, the two-loop recursion: direction = -H gradient.
    private static void Direction(
        double[] gradient, List<(double[] Step, double[] Change, double Curvature)> history, Action<double[]>? precondition, double[] direction)
    {
        TensorPrimitives.Negate<double>(gradient, direction);
        Span<double> alphas = stackalloc double[Memory];
        for (var i = history.Count - 1; i >= 0; i--)
        {
            var (step, change, curvature) = history[i];
            alphas[i] = TensorPrimitives.Dot<double>(step, direction) / curvature;
            TensorPrimitives.MultiplyAdd<double>(change, -alphas[i], direction, direction);
        }
        precondition?.Invoke(direction);
        if (history.Count > 0)
            TensorPrimitives.Multiply<double>(direction, Scale(history[^1].Change, history[^1].Curvature, precondition), direction);
        for (var i = 0; i < history.Count; i++)
        {
            var (step, change, curvature) = history[i];
            var beta = TensorPrimitives.Dot<double>(change, direction) / curvature;
            TensorPrimitives.MultiplyAdd<double>(step, alphas[i] - beta, direction, direction);
        }
    }

    // Eq. 7.20, in the preconditioner's metric.
    private static double Scale(double[] change, double curvature, Action<double[]>? precondition)
    {
        if (precondition is null)
            return curvature / TensorPrimitives.SumOfSquares<double>(change);
        var image = (double[])change.Clone();
        precondition(image);
        return curvature / TensorPrimitives.Dot<double>(change, image);
    }

    private static void Remember(
        List<(double[] Step, double[] Change, double Curvature)> history, double[] point, double[] nextPoint, double[] gradient, double[] nextGradient)
    {
        var (step, change) = history.Count == Memory ? (history[0].Step, history[0].Change) : (new double[point.Length], new double[point.Length]);
        if (history.Count == Memory)
            history.RemoveAt(0);
        TensorPrimitives.Subtract<double>(nextPoint, point, step);
        TensorPrimitives.Subtract<double>(nextGradient, gradient, change);
        var curvature = TensorPrimitives.Dot<double>(step, change);
        if (curvature > 0)
            history.Add((step, change, curvature));
    }

    // Algorithms 3.5 (bracketing) and 3.6 (zoom, by cubic interpolation). Null when no step lowers the value.
    private static double? LineSearch(
        SmoothFunction function, double[] point, double value, double slope, double[] direction, double step, double[] nextPoint, double[] nextGradient)
    {
        var slack = Rounding * Math.Abs(value);
        var low = new Trial(0, value, slope);
        Trial? high = null;
        for (var attempt = 0; attempt < 40; attempt++)
        {
            var trial = Evaluate(step);
            if (!(trial.Value <= value + SufficientDecrease * step * slope + slack) || trial.Value >= low.Value + slack && low.Step > 0)
                high = trial;
            else if (Math.Abs(trial.Slope) <= -Curvature * slope)
                return trial.Value;
            else
            {
                if (trial.Slope * ((high?.Step ?? double.PositiveInfinity) - low.Step) >= 0)
                    high = low;
                low = trial;
            }
            step = high is { } end ? Between(low, end) : 2 * step;
            if (high is { } other && Math.Abs(other.Step - low.Step) <= 1e-14 * Math.Max(1, low.Step))
                break;
        }
        return low.Step > 0 ? Evaluate(low.Step).Value : null;

        Trial Evaluate(double length)
        {
            TensorPrimitives.MultiplyAdd<double>(direction, length, point, nextPoint);
            var result = function(nextPoint, nextGradient);
            return new Trial(length, result, TensorPrimitives.Dot<double>(nextGradient, direction));
        }
    }

    // The minimum of the cubic through both ends (eq. 3.59), kept a tenth of the bracket away from either.
    private static double Between(Trial a, Trial b)
    {
        var d1 = a.Slope + b.Slope - 3 * (a.Value - b.Value) / (a.Step - b.Step);
        var d2 = Math.Sign(b.Step - a.Step) * Math.Sqrt(Math.Max(0, d1 * d1 - a.Slope * b.Slope));
        var cubic = b.Step - (b.Step - a.Step) * (b.Slope + d2 - d1) / (b.Slope - a.Slope + 2 * d2);
        var (low, high) = (Math.Min(a.Step, b.Step), Math.Max(a.Step, b.Step));
        var margin = 0.1 * (high - low);
        return double.IsFinite(cubic) ? Math.Clamp(cubic, low + margin, high - margin) : (low + high) / 2;
    }

    private readonly record struct Trial(double Step, double Value, double Slope);
}
