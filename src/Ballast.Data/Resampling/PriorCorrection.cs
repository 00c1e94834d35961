using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>Brings probabilities of a model trained on resampled data back to the true class shares.</summary>
/// <remarks>
/// p'_k is proportional to p_k w_k with w_k = true share / share in the resampled training set (Elkan, IJCAI 2001, theorem 2, in its multi-class form;
/// Saerens et al., Neural Computation 14, 2002, eq. 2.4). It assumes that resampling changed the shares of the classes and not the look of each class: exact for
/// random over- and under-sampling and class weights, an approximation for synthetic rows and cleaning. For two classes the ranking of rows stays the same.
/// </remarks>
public sealed class PriorCorrection
{
    private readonly double[] weights;

    /// <summary>Makes the correction.</summary>
    /// <param name="trueShares">Share of each class where the model will be used; they need not sum to 1.</param>
    /// <param name="trainingShares">Share (or summed weight) of each class in what the model was trained on.</param>
    /// <exception cref="ArgumentException">Lengths differ, a share is negative, not finite, or all are 0, or a class with a true share was absent from training.</exception>
    public PriorCorrection(ReadOnlySpan<double> trueShares, ReadOnlySpan<double> trainingShares)
    {
        Guard.SameLength(trueShares.Length, trainingShares.Length, nameof(trueShares), nameof(trainingShares));
        var (trueTotal, trainingTotal) = (Total(trueShares, nameof(trueShares)), Total(trainingShares, nameof(trainingShares)));
        weights = new double[trueShares.Length];
        for (var k = 0; k < weights.Length; k++)
        {
            if (trainingShares[k] == 0 && trueShares[k] > 0)
                throw new ArgumentException($"Class {k} has a true share of {trueShares[k] / trueTotal} but no rows in training: its probability cannot be corrected.", nameof(trainingShares));
            weights[k] = trueShares[k] == 0 ? 0 : trueShares[k] / trueTotal / (trainingShares[k] / trainingTotal);
        }
    }

    /// <summary>The correction for a model trained on <paramref name="resampled"/>, where its input was a fair sample.</summary>
    public static PriorCorrection For(ResampleResult resampled)
    {
        ArgumentNullException.ThrowIfNull(resampled);
        return new PriorCorrection(resampled.SharesBefore(), resampled.SharesAfter());
    }

    /// <summary>w_k of each class: true share / training share.</summary>
    public ReadOnlySpan<double> Weights => weights;

    /// <summary>Corrects all rows.</summary>
    public Predictions Apply(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        Guard.SameLength(weights.Length, predictions.Classes, "the correction", nameof(predictions));
        var corrected = predictions.Values.ToArray();
        for (var i = 0; i < predictions.Count; i++)
            Apply(corrected.AsSpan(i * weights.Length, weights.Length));
        return new Predictions(corrected, weights.Length, predictions.RowIds);
    }

    /// <summary>Corrects one row of K probabilities in place. A row whose classes all have weight 0 stays as it is.</summary>
    public void Apply(Span<double> probabilities)
    {
        Guard.SameLength(weights.Length, probabilities.Length, "the correction", nameof(probabilities));
        var total = 0.0;
        for (var k = 0; k < weights.Length; k++)
            total += probabilities[k] * weights[k];
        if (total > 0)
            for (var k = 0; k < weights.Length; k++)
                probabilities[k] = probabilities[k] * weights[k] / total;
    }

    private static double Total(ReadOnlySpan<double> shares, string name)
    {
        var total = 0.0;
        foreach (var share in shares)
            total += double.IsFinite(share) ? Guard.NotNegative(share, name) : throw new ArgumentException($"{name} holds {share}.", name);
        return total > 0 ? total : throw new ArgumentException($"{name} are all 0.", name);
    }
}
