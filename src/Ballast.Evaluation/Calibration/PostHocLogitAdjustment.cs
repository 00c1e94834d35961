using Ballast.Core;
using Ballast.Evaluation.Thresholds;

namespace Ballast.Evaluation.Calibration;

/// <summary>Post-hoc logit adjustment (Menon et al., ICLR 2021, eq. 9): decide argmax of z_k - tau log pi_k, on a model trained without any remedy.</summary>
/// <remarks>
/// On probabilities the same is p_k pi_k^-tau, so that it serves any model that gives some: networks, boosted trees, a model file. At tau = 1 it aims at the mean of the classes'
/// recalls. Do not put it on a model trained with a logit-adjusted loss, class weights or class-balanced sampling: the adjustment would count twice.
/// </remarks>
public sealed class PostHocLogitAdjustment
{
    private readonly double[] shift;

    /// <summary>Makes the adjustment.</summary>
    /// <param name="prior">Share (or count) of each class in training, greater than 0; they need not sum to 1.</param>
    /// <param name="tau">Strength, at least 0; 0 changes nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">A share is not positive and finite, or tau is negative.</exception>
    public PostHocLogitAdjustment(ReadOnlySpan<double> prior, double tau = 1)
    {
        Tau = Guard.NotNegative(tau);
        var total = 0.0;
        foreach (var share in prior)
            total += double.IsFinite(share) ? Guard.Positive(share, nameof(prior)) : throw new ArgumentOutOfRangeException(nameof(prior), share, "Every share must be finite.");
        shift = new double[prior.Length];
        for (var k = 0; k < shift.Length; k++)
            shift[k] = tau == 0 ? 0 : -tau * Math.Log(prior[k] / total);
    }

    /// <summary>tau.</summary>
    public double Tau { get; }

    /// <summary>What is added to each class's score: -tau log pi_k.</summary>
    public ReadOnlySpan<double> Shift => shift;

    /// <summary>The map of probabilities: p'_k proportional to p_k pi_k^-tau.</summary>
    public PriorShiftMap Map => new(Weights());

    /// <summary>The decision alone, probabilities left as they are.</summary>
    public DecisionWeights Rule => new(Weights());

    /// <summary>The adjustment for a training set with these rows a class.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1 or tau is negative.</exception>
    public static PostHocLogitAdjustment OfCounts(ReadOnlySpan<int> counts, double tau = 1)
    {
        var prior = new double[counts.Length];
        for (var k = 0; k < prior.Length; k++)
            prior[k] = Guard.Positive(counts[k], nameof(counts));
        return new PostHocLogitAdjustment(prior, tau);
    }

    /// <summary>The adjusted scores z_k - tau log pi_k.</summary>
    /// <param name="logits">n x K scores, row-major.</param>
    /// <param name="prior">Share of each of the K classes in training, greater than 0.</param>
    /// <param name="tau">Strength, at least 0.</param>
    /// <exception cref="ArgumentException">The logits do not fill rows of K.</exception>
    public static double[] Apply(ReadOnlySpan<double> logits, ReadOnlySpan<double> prior, double tau = 1) => new PostHocLogitAdjustment(prior, tau).Scores(logits);

    /// <summary>The adjusted scores of n x K logits.</summary>
    /// <exception cref="ArgumentException">The logits do not fill rows of K.</exception>
    public double[] Scores(ReadOnlySpan<double> logits)
    {
        if (shift.Length == 0 || logits.Length % shift.Length != 0)
            throw new ArgumentException($"{logits.Length} logits do not fill rows of {shift.Length}.", nameof(logits));
        var scores = logits.ToArray();
        for (var i = 0; i < scores.Length; i++)
            scores[i] += shift[i % shift.Length];
        return scores;
    }

    // Relative to the largest, so that rare classes and a large tau do not overflow.
    private double[] Weights()
    {
        var largest = shift.Max();
        return Array.ConvertAll(shift, s => Math.Max(Math.Exp(s - largest), double.Epsilon));
    }
}
