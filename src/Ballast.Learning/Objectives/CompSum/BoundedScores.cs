using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Learning.Objectives.CompSum;

/// <summary>Minimises C_tau(z, q) over z in the box [-L, L]^K by spectral projected gradients.</summary>
/// <remarks>
/// Source of the descent: Birgin, Martinez and Raydan (2000), with a non-monotone line search over the last 10 values. C_tau is convex in z for tau of at
/// most 1, where one start at 0 suffices. Above, the descents start at 0, at L (2 (q - min q) / (max q - min q) - 1) and at 10 seeded uniform points;
/// the lowest value is kept.
/// </remarks>
internal static class BoundedScores
{
    private const int Memory = 10;
    private const int MaximumSteps = 2000;
    private const int RandomStarts = 10;

    public static double Minimise(double tau, ReadOnlySpan<double> conditional, double scoreBound, int seed)
    {
        var scores = new double[conditional.Length];
        var lowest = Descend(tau, conditional, scoreBound, scores);
        if (tau <= 1)
            return lowest;
        var (least, most) = (TensorPrimitives.Min(conditional), TensorPrimitives.Max(conditional));
        for (var y = 0; y < scores.Length; y++)
            scores[y] = most > least ? scoreBound * (2 * (conditional[y] - least) / (most - least) - 1) : 0;
        lowest = Math.Min(lowest, Descend(tau, conditional, scoreBound, scores));
        for (var start = 0; start < RandomStarts; start++)
        {
            var random = RandomStream.For(seed, "bounded scores", start);
            for (var y = 0; y < scores.Length; y++)
                scores[y] = scoreBound * (2 * random.NextDouble() - 1);
            lowest = Math.Min(lowest, Descend(tau, conditional, scoreBound, scores));
        }
        return lowest;
    }

    private static double Descend(double tau, ReadOnlySpan<double> q, double bound, double[] z)
    {
        var (gradient, next, nextGradient, direction) = (new double[z.Length], new double[z.Length], new double[z.Length], new double[z.Length]);
        var history = new Queue<double>(Memory);
        var value = Value(tau, q, z, gradient);
        var best = value;
        var step = 1 / Math.Max(TensorPrimitives.MaxMagnitude<double>(gradient), 1e-300);
        for (var iteration = 0; iteration < MaximumSteps; iteration++)
        {
            if (history.Count == Memory)
                history.Dequeue();
            history.Enqueue(value);
            // direction = P(z - step g) - z; it vanishes at a stationary point of the box.
            var (slope, size) = (0.0, 0.0);
            for (var j = 0; j < z.Length; j++)
            {
                direction[j] = Math.Clamp(z[j] - step * gradient[j], -bound, bound) - z[j];
                slope += direction[j] * gradient[j];
                size = Math.Max(size, Math.Abs(Math.Clamp(z[j] - gradient[j], -bound, bound) - z[j]));
            }
            if (size <= 1e-12 * Math.Max(1, bound) || slope >= 0)
                break;
            var (reference, length) = (history.Max(), 1.0);
            var candidate = 0.0;
            for (var halving = 0; halving < 60; halving++, length /= 2)
            {
                for (var j = 0; j < z.Length; j++)
                    next[j] = z[j] + length * direction[j];
                candidate = Value(tau, q, next, nextGradient);
                if (candidate <= reference + 1e-4 * length * slope)
                    break;
            }
            var (squared, curved) = (0.0, 0.0);
            for (var j = 0; j < z.Length; j++)
            {
                var (moved, turned) = (next[j] - z[j], nextGradient[j] - gradient[j]);
                squared += moved * moved;
                curved += moved * turned;
            }
            step = curved > 0 ? Math.Clamp(squared / curved, 1e-30, 1e30) : 1e30;
            next.CopyTo(z, 0);
            nextGradient.CopyTo(gradient, 0);
            value = candidate;
            best = Math.Min(best, value);
        }
        return best;
    }

    // C_tau and its gradient sum_y q_y p_y^(tau-1) (p_j - 1[j = y]).
    private static double Value(double tau, ReadOnlySpan<double> q, ReadOnlySpan<double> z, Span<double> gradient)
    {
        var normaliser = ConditionalRisk.LogSumExp(z);
        var (value, total) = (0.0, 0.0);
        for (var y = 0; y < z.Length; y++)
        {
            var logProbability = z[y] - normaliser;
            var steepness = q[y] == 0 ? 0 : q[y] * Math.Exp((tau - 1) * logProbability);
            value += q[y] == 0 ? 0 : q[y] * CompSumTransform.OfLogProbability(tau, logProbability);
            gradient[y] = -steepness;
            total += steepness;
        }
        for (var j = 0; j < z.Length; j++)
            gradient[j] += total * Math.Exp(z[j] - normaliser);
        return value;
    }
}
