using Ballast.Core;

namespace Ballast.Evaluation.Leakage;

/// <summary>How much better predictions are than the base rate: 0 is no better, 1 perfect.</summary>
public static class Skill
{
    /// <summary>Share of log loss removed: 1 - LL / LL(class shares). Probabilities below 1e-6 count as 1e-6, so that one sure error does not decide.</summary>
    /// <param name="labels">n class indices.</param>
    /// <param name="predictions">n x K out-of-fold probabilities.</param>
    public static double OfProbabilities(ReadOnlySpan<int> labels, Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        Guard.SameLength(labels.Length, predictions.Count, nameof(labels), nameof(predictions));
        var counts = new int[predictions.Classes];
        foreach (var label in labels)
            counts[label]++;
        double loss = 0, baseLoss = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            loss -= Math.Log(Math.Max(predictions[i, labels[i]], 1e-6));
            baseLoss -= Math.Log((double)counts[labels[i]] / labels.Length);
        }
        return baseLoss > 0 ? 1 - loss / baseLoss : 0;
    }

    /// <summary>The same for each class against the rest.</summary>
    /// <param name="labels">n class indices.</param>
    /// <param name="predictions">n x K out-of-fold probabilities.</param>
    public static double[] OfEachClass(ReadOnlySpan<int> labels, Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        Guard.SameLength(labels.Length, predictions.Count, nameof(labels), nameof(predictions));
        var skills = new double[predictions.Classes];
        for (var k = 0; k < skills.Length; k++)
        {
            var share = (double)labels.Count(k) / labels.Length;
            double loss = 0, baseLoss = 0;
            for (var i = 0; i < labels.Length; i++)
            {
                loss -= Math.Log(Math.Max(labels[i] == k ? predictions[i, k] : 1 - predictions[i, k], 1e-6));
                baseLoss -= Math.Log(labels[i] == k ? share : 1 - share);
            }
            skills[k] = baseLoss > 0 ? 1 - loss / baseLoss : 0;
        }
        return skills;
    }

    /// <summary>R2: 1 - squared error / squared error of the mean.</summary>
    /// <param name="targets">n real targets.</param>
    /// <param name="predicted">n predictions.</param>
    public static double R2(ReadOnlySpan<double> targets, ReadOnlySpan<double> predicted)
    {
        Guard.SameLength(targets.Length, predicted.Length, nameof(targets), nameof(predicted));
        double mean = 0;
        foreach (var target in targets)
            mean += target / targets.Length;
        double residual = 0, total = 0;
        for (var i = 0; i < targets.Length; i++)
        {
            residual += (targets[i] - predicted[i]) * (targets[i] - predicted[i]);
            total += (targets[i] - mean) * (targets[i] - mean);
        }
        return total > 0 ? 1 - residual / total : 0;
    }
}
