using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Learning.Objectives.CompSum;

/// <summary>Risks at one point whose conditional class probabilities q are known: of given scores, and the best there is.</summary>
/// <remarks>Source: Mao, Mohri and Zhong (ICML 2023), appendix; natural logarithms. q must sum to 1 within 1e-6.</remarks>
public static class ConditionalRisk
{
    /// <summary>C_tau(z, q) = sum over y of q_y l_tau(z, y).</summary>
    /// <param name="tau">At least 0.</param>
    /// <param name="scores">K scores.</param>
    /// <param name="conditional">K probabilities q.</param>
    /// <exception cref="ArgumentException">Lengths differ or q is no distribution.</exception>
    public static double Surrogate(double tau, ReadOnlySpan<double> scores, ReadOnlySpan<double> conditional)
    {
        CompSumTransform.CheckTau(tau);
        CheckDistribution(conditional);
        Guard.SameLength(conditional.Length, scores.Length, nameof(conditional), nameof(scores));
        var normaliser = LogSumExp(scores);
        var risk = 0.0;
        for (var y = 0; y < scores.Length; y++)
            if (conditional[y] > 0)
                risk += conditional[y] * CompSumTransform.OfLogProbability(tau, scores[y] - normaliser);
        return risk;
    }

    /// <summary>1 - q of the highest score; ties go to the lower class.</summary>
    /// <param name="scores">K scores.</param>
    /// <param name="conditional">K probabilities q.</param>
    /// <exception cref="ArgumentException">Lengths differ or q is no distribution.</exception>
    public static double ZeroOne(ReadOnlySpan<double> scores, ReadOnlySpan<double> conditional)
    {
        CheckDistribution(conditional);
        Guard.SameLength(conditional.Length, scores.Length, nameof(conditional), nameof(scores));
        return 1 - conditional[TensorPrimitives.IndexOfMax(scores)];
    }

    /// <summary>C*_01(q) = 1 - max q.</summary>
    /// <param name="conditional">K probabilities q.</param>
    /// <exception cref="ArgumentException">q is no distribution.</exception>
    public static double BestZeroOne(ReadOnlySpan<double> conditional)
    {
        CheckDistribution(conditional);
        return 1 - TensorPrimitives.Max(conditional);
    }

    /// <summary>C*_tau(q) over unbounded scores: the entropy in nats for tau = 1, attained at p_y proportional to q_y^(1/(2-tau)) for tau &lt; 2.</summary>
    /// <param name="tau">At least 0.</param>
    /// <param name="conditional">K probabilities q.</param>
    /// <exception cref="ArgumentException">q is no distribution.</exception>
    public static double Best(double tau, ReadOnlySpan<double> conditional)
    {
        CompSumTransform.CheckTau(tau);
        CheckDistribution(conditional);
        if (tau >= 2)
            return (1 - TensorPrimitives.Max(conditional)) / (tau - 1);
        if (tau == 1)
        {
            var entropy = 0.0;
            foreach (var q in conditional)
                if (q > 0)
                    entropy -= q * Math.Log(q);
            return entropy;
        }
        // log of (sum q^a)^(1/a), a = 1/(2-tau), scaled by the largest q so that a large a does not underflow.
        var (largest, power, sum) = (TensorPrimitives.Max(conditional), 1 / (2 - tau), 0.0);
        foreach (var q in conditional)
            sum += Math.Pow(q / largest, power);
        return CompSumTransform.Expm1(Math.Log(largest) + (2 - tau) * Math.Log(sum)) / (1 - tau);
    }

    /// <summary>C*_tau(q) over scores in [-<paramref name="scoreBound"/>, <paramref name="scoreBound"/>]; an upper estimate within about 1e-9 for tau of at most 1, the lowest of 12 or more descents above.</summary>
    /// <param name="tau">At least 0.</param>
    /// <param name="conditional">K probabilities q.</param>
    /// <param name="scoreBound">L, greater than 0.</param>
    /// <param name="seed">Seed of the random starts for tau above 1.</param>
    /// <exception cref="ArgumentException">q is no distribution or L is not positive.</exception>
    public static double Best(double tau, ReadOnlySpan<double> conditional, double scoreBound, int seed = 0)
    {
        CompSumTransform.CheckTau(tau);
        CheckDistribution(conditional);
        Guard.Positive(scoreBound);
        if (TensorPrimitives.Max(conditional) == 1)
            return CompSumTransform.Phi(tau, (conditional.Length - 1) * Math.Exp(-2 * scoreBound));
        if (Attainable(tau, conditional, scoreBound))
            return Best(tau, conditional);
        return BoundedScores.Minimise(tau, conditional, scoreBound, seed);
    }

    // The unbounded minimiser p ~ q^(1/(2-tau)) needs scores that spread by log(max p / min p); where 2L is at least that, the box does not bind.
    private static bool Attainable(double tau, ReadOnlySpan<double> conditional, double scoreBound) =>
        tau < 2 && TensorPrimitives.Min(conditional) is > 0 and var least && Math.Log(TensorPrimitives.Max(conditional) / least) / (2 - tau) <= 2 * scoreBound;

    internal static double LogSumExp(ReadOnlySpan<double> scores)
    {
        var largest = TensorPrimitives.Max(scores);
        if (!double.IsFinite(largest))
            throw new ArgumentException("Scores must be finite.", nameof(scores));
        var sum = 0.0;
        foreach (var score in scores)
            sum += Math.Exp(score - largest);
        return largest + Math.Log(sum);
    }

    internal static void CheckDistribution(ReadOnlySpan<double> conditional)
    {
        CompSumTransform.CheckClasses(conditional.Length);
        var sum = 0.0;
        for (var y = 0; y < conditional.Length; y++)
        {
            if (!(conditional[y] >= 0))
                throw new ArgumentException($"conditional[{y}] is {conditional[y]}; expected a probability.", nameof(conditional));
            sum += conditional[y];
        }
        if (Math.Abs(sum - 1) > 1e-6)
            throw new ArgumentException($"Conditional probabilities sum to {sum}; expected 1 within 1e-6.", nameof(conditional));
    }
}
