using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Robustness.Faults;

/// <summary>Compares the outputs of a faulty run with the fault-free ones of the same input. Classes: Li et al., SC 2017.</summary>
/// <remarks>The top class is the lowest index on ties. Finiteness is judged first: the largest of NaN is not defined.</remarks>
public sealed class OutcomeJudge
{
    private readonly double? tolerance;

    /// <summary>A judge of K scores.</summary>
    /// <param name="outputs">K; at least 2 classes, or 1 with a tolerance.</param>
    /// <param name="tolerance">For a regression: the largest harmless change of an output; null for classes.</param>
    /// <exception cref="ArgumentException">Fewer than two classes and no tolerance.</exception>
    public OutcomeJudge(int outputs, double? tolerance = null)
    {
        if (tolerance is { } given)
            Guard.NotNegative(given, nameof(tolerance));
        else if (outputs < 2)
            throw new ArgumentException($"The network has {outputs} output; two classes at least, or the tolerance of a regression, are needed.", nameof(outputs));
        (Outputs, this.tolerance) = (Guard.Positive(outputs), tolerance);
    }

    /// <summary>Number of outputs K.</summary>
    public int Outputs { get; }

    /// <summary>The lowest index of the largest score.</summary>
    public static int Top(ReadOnlySpan<float> scores)
    {
        var top = 0;
        for (var k = 1; k < scores.Length; k++)
            if (scores[k] > scores[top])
                top = k;
        return top;
    }

    /// <summary>Judges one injection.</summary>
    /// <param name="golden">K scores of the fault-free run: logits, or probabilities where <paramref name="form"/> says so.</param>
    /// <param name="faulty">K scores of the faulty run.</param>
    /// <param name="label">The true class; -1 where it is not known.</param>
    /// <param name="form">What the scores are.</param>
    public FaultOutcomes Judge(ReadOnlySpan<float> golden, ReadOnlySpan<float> faulty, int label = -1, ScoreForm form = ScoreForm.Logits)
    {
        Guard.SameLength(Outputs, golden.Length, nameof(Outputs), nameof(golden));
        Guard.SameLength(Outputs, faulty.Length, nameof(Outputs), nameof(faulty));
        if (golden.SequenceEqual(faulty))
            return FaultOutcomes.Masked;
        if (!TensorPrimitives.IsFiniteAll(faulty))
            return FaultOutcomes.Detected;
        if (tolerance is { } most)
        {
            for (var k = 0; k < golden.Length; k++)
                if (Math.Abs((double)faulty[k] - golden[k]) > most)
                    return FaultOutcomes.Sdc1;
            return FaultOutcomes.Benign;
        }
        var (before, after) = (Top(golden), Top(faulty));
        var outcome = before == after ? FaultOutcomes.Benign : FaultOutcomes.Sdc1;
        if (Outputs > 5 && RankOf(faulty, before) >= 5)
            outcome |= FaultOutcomes.Sdc5;
        var (score, now) = (Share(golden, before, form), Share(faulty, before, form));
        if (Math.Abs(now - score) > 0.1 * score)
            outcome |= FaultOutcomes.Sdc10;
        if (Math.Abs(now - score) > 0.2 * score)
            outcome |= FaultOutcomes.Sdc20;
        if (label >= 0 && before != after)
            outcome |= before == label ? FaultOutcomes.Harm : after == label ? FaultOutcomes.Luck : FaultOutcomes.None;
        return outcome;
    }

    private static int RankOf(ReadOnlySpan<float> scores, int which)
    {
        var rank = 0;
        for (var k = 0; k < scores.Length; k++)
            if (scores[k] > scores[which] || (scores[k] == scores[which] && k < which))
                rank++;
        return rank;
    }

    private static double Share(ReadOnlySpan<float> scores, int which, ScoreForm form)
    {
        if (form == ScoreForm.Probabilities)
            return scores[which];
        var largest = TensorPrimitives.Max(scores);
        var sum = 0.0;
        foreach (var score in scores)
            sum += Math.Exp((double)score - largest);
        return Math.Exp((double)scores[which] - largest) / sum;
    }
}
