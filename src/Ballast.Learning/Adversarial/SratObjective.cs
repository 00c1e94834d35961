using Ballast.Core;
using Ballast.Learning.LongTail;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Tabular;
using Ballast.Learning.Training;
using static TorchSharp.torch;

namespace Ballast.Learning.Adversarial;

/// <summary>Separable re-weighted adversarial training (SRAT): a class-weighted loss of the moved samples plus lambda times the separation of their features.</summary>
/// <remarks>
/// Source: Wang et al. (ICDM 2022). L = 1/B sum of w_y l(f(x'), y) + lambda L_sep(h(x'), y), x' the last iterate of PGD on unweighted cross-entropy, h the features that enter the head. Weights
/// switch on late: give a <see cref="DeferredReweighting"/> loss and a schedule that cuts the rate at the same epoch. Sample weights multiply the first term alone.
/// </remarks>
/// <param name="attack">The ascent, usually <see cref="Pgd.ForTraining"/>.</param>
/// <param name="loss">l with the class weights.</param>
/// <param name="separation">L_sep; null for temperature 0.5 and anchors alike.</param>
/// <param name="lambda">Weight of the separation, at least 0. 0.5 and more may lose rare classes altogether on small sets.</param>
/// <param name="seed">Decides the random starts.</param>
public sealed class SratObjective(Pgd attack, ClassificationLoss loss, SeparationLoss? separation = null, double lambda = 0.2, int seed = 0) : AdversarialObjective(attack, seed)
{
    private readonly ClassificationLoss loss = loss ?? throw new ArgumentNullException(nameof(loss));
    private readonly SeparationLoss separation = separation ?? new();
    private int epochs;

    /// <summary>Weight of the separation.</summary>
    public double Lambda { get; } = Guard.NotNegative(lambda);

    /// <summary>SRAT-CE with effective-number weights from an epoch on, divided by the batch and not by its weights.</summary>
    /// <param name="attack">The ascent.</param>
    /// <param name="counts">n_k training rows of each class, at least 1.</param>
    /// <param name="startEpoch">The first epoch with weights; null for 80% of training.</param>
    /// <param name="lambda">Weight of the separation, at least 0.</param>
    /// <param name="beta">Of the effective number, in [0, 1).</param>
    /// <param name="seed">Decides the random starts.</param>
    public static SratObjective ForCounts(Pgd attack, ReadOnlySpan<int> counts, int? startEpoch = null, double lambda = 0.2, double beta = 0.9999, int seed = 0) => new(
        attack, new DeferredReweighting(new CrossEntropyLoss(), ClassWeights.EffectiveNumber(counts, beta), startEpoch, WeightReduction.BatchMean), lambda: lambda, seed: seed);

    /// <inheritdoc/>
    public override void TrainingBegun(Network network, TrainingPlan plan) => epochs = plan.Epochs;

    /// <inheritdoc/>
    public override void EpochBegun(Network network, int epoch) => loss.EpochBegun(epoch, epochs);

    /// <inheritdoc/>
    protected override string Settings => $"SRAT of {loss}, {separation} times {Lambda:R}";

    /// <inheritdoc/>
    protected override Tensor Loss(Network network, Batch batch, Tensor labels)
    {
        var moved = Moved(network, batch, labels, AttackLoss.CrossEntropy);
        var features = network.Features(moved);                                              // [B, d]
        return loss.Forward(network.Outputs(features), labels, batch.Weights) + separation.Forward(features, labels).Times(Lambda);
    }
}
