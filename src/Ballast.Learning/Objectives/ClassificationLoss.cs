using Ballast.Learning.Training;
using static TorchSharp.torch;

namespace Ballast.Learning.Objectives;

/// <summary>A loss of class scores, one value a sample; weights and the mean come last.</summary>
public abstract class ClassificationLoss
{
    /// <summary>The loss of every sample, class weights not applied.</summary>
    /// <param name="logits">[B, K] scores.</param>
    /// <param name="labels">[B] class indices, int64.</param>
    /// <returns>[B].</returns>
    public abstract Tensor PerSample(Tensor logits, Tensor labels);

    /// <summary>[K] class weights in force, or null where all are 1.</summary>
    public virtual Tensor? ClassWeights => null;

    /// <summary>What the weighted sum is divided by.</summary>
    public virtual WeightReduction WeightReduction => WeightReduction.BatchMean;

    /// <summary>Largest norm of the gradient that training on this loss should allow; null where none is needed.</summary>
    public virtual double? ClipNorm => null;

    /// <summary>Epoch <paramref name="epoch"/> (from 0) of <paramref name="epochs"/> begins: losses that change over training change here.</summary>
    public virtual void EpochBegun(int epoch, int epochs)
    {
    }

    /// <summary>The loss of a batch: class and sample weights multiply, then <see cref="WeightReduction"/> divides.</summary>
    /// <param name="logits">[B, K].</param>
    /// <param name="labels">[B], int64.</param>
    /// <param name="weights">[B] sample weights, or null for all 1.</param>
    /// <param name="mixed">What mixed samples hold beside their own part; null where nothing is mixed.</param>
    /// <returns>A scalar.</returns>
    public Tensor Forward(Tensor logits, Tensor labels, Tensor? weights = null, MixedPartners? mixed = null)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        using var scope = NewDisposeScope();
        if (mixed is null)
        {
            var losses = PerSample(logits, labels);
            var all = RowWeights(logits, labels, weights);
            return all is null ? losses.mean().MoveToOuterDisposeScope() : Mean((losses * all).sum(), all.sum(), labels.shape[0]);
        }
        var partners = mixed.Labels ?? throw new ArgumentException("Samples mixed for regression cannot be classified.", nameof(mixed));
        var (first, second) = (PerSample(logits, labels), PerSample(logits, partners));
        var own = Times(mixed.Share, RowWeights(logits, labels, weights));
        var other = Times(1 - mixed.Share, RowWeights(logits, partners, weights));
        return Mean((first * own).sum() + (second * other).sum(), own.sum() + other.sum(), labels.shape[0]);
    }

    /// <summary>The loss and its settings in a few words, by which a checkpoint knows its training.</summary>
    public abstract override string ToString();

    private Tensor? RowWeights(Tensor logits, Tensor labels, Tensor? weights) =>
        ClassWeights is { } perClass ? Times(perClass.to(logits.dtype, logits.device)[labels], weights) : weights;

    private static Tensor Times(Tensor a, Tensor? b) => b is null ? a : a * b;

    private Tensor Mean(Tensor total, Tensor weight, long rows) =>
        (WeightReduction == WeightReduction.WeightedMean ? total / weight : total / rows).MoveToOuterDisposeScope();
}
