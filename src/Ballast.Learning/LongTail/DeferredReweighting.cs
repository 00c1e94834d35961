using Ballast.Core;
using Ballast.Learning.Objectives;
using static TorchSharp.torch;

namespace Ballast.Learning.LongTail;

/// <summary>Deferred re-weighting (DRW; Cao et al., NeurIPS 2019, algorithm 1): class weights all 1 at first, then the given ones.</summary>
/// <remarks>The paper cuts the learning rate tenfold at the same epoch: give the trainer a step schedule at <see cref="StartEpoch"/>.</remarks>
/// <param name="inner">The loss of a sample; class weights of its own are not used.</param>
/// <param name="weights">K class weights from the start epoch on.</param>
/// <param name="startEpoch">The first epoch (from 0) with weights; null for 80% of training.</param>
/// <exception cref="ArgumentOutOfRangeException">The start epoch is negative.</exception>
public sealed class DeferredReweighting(ClassificationLoss inner, Tabular.ClassWeights weights, int? startEpoch = null) : ClassificationLoss
{
    private readonly ClassVector vector = WeightedCrossEntropy.Vector(weights, nameof(weights));
    private readonly int? start = startEpoch is { } given ? Guard.NotNegative(given, nameof(startEpoch)) : null;
    private bool deferred = true;

    /// <inheritdoc/>
    public override Tensor? ClassWeights => deferred ? null : vector.Plain;

    /// <inheritdoc/>
    public override WeightReduction WeightReduction => inner is FocalLoss ? WeightReduction.BatchMean : WeightReduction.WeightedMean;

    /// <summary>LDAM-DRW: <see cref="LdamLoss"/>, from the start epoch on with effective-number weights.</summary>
    /// <param name="counts">n_k training rows of each class.</param>
    /// <param name="scale">s: 30 for cosines, 1 for free scores.</param>
    /// <param name="maxMargin">The margin of the rarest class.</param>
    /// <param name="beta">Of the effective number, in [0, 1).</param>
    /// <param name="startEpoch">The first epoch with weights; null for 80% of training.</param>
    public static DeferredReweighting Ldam(ReadOnlySpan<int> counts, double scale = 30, double maxMargin = 0.5, double beta = 0.9999, int? startEpoch = null) =>
        new(new LdamLoss(counts, scale, maxMargin), Tabular.ClassWeights.EffectiveNumber(counts, beta), startEpoch);

    /// <summary>The first epoch with weights in a training of <paramref name="epochs"/>.</summary>
    public int StartEpoch(int epochs) => start ?? epochs * 4 / 5;

    /// <inheritdoc/>
    public override void EpochBegun(int epoch, int epochs)
    {
        inner.EpochBegun(epoch, epochs);
        deferred = epoch < StartEpoch(epochs);
    }

    /// <inheritdoc/>
    public override Tensor PerSample(Tensor logits, Tensor labels)
    {
        ClassVector.Check(logits, labels, vector.Count);
        return inner.PerSample(logits, labels);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{inner}; class weights {vector} from {(start is { } epoch ? $"epoch {epoch}" : "80% of training")} on";
}
