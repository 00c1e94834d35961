using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Training;
using static TorchSharp.torch;

namespace Ballast.Learning.Adversarial;

/// <summary>Adversarial training: the loss of the moved samples alone, found by raising cross-entropy or another loss.</summary>
/// <remarks>Source: Madry et al. (ICLR 2018). The ascent raises the unweighted loss; class and sample weights multiply outside.</remarks>
/// <param name="attack">The ascent, usually <see cref="Pgd.ForTraining"/>.</param>
/// <param name="loss">What is minimised at the moved samples.</param>
/// <param name="raised">What the ascent raises; null for cross-entropy.</param>
/// <param name="seed">Decides the random starts.</param>
public sealed class AdversarialTraining(Pgd attack, ClassificationLoss loss, AttackLoss? raised = null, int seed = 0) : AdversarialObjective(attack, seed)
{
    private int epochs;

    /// <inheritdoc/>
    public override void TrainingBegun(Network network, TrainingPlan plan) => epochs = plan.Epochs;

    /// <inheritdoc/>
    public override void EpochBegun(Network network, int epoch) => loss.EpochBegun(epoch, epochs);

    /// <inheritdoc/>
    protected override string Settings => $"adversarial training of {loss}, {(raised is null ? "cross-entropy raised" : "another loss raised")}";

    /// <inheritdoc/>
    protected override Tensor Loss(Network network, Batch batch, Tensor labels)
    {
        var moved = Moved(network, batch, labels, raised ?? AttackLoss.CrossEntropy);
        return loss.Forward(network.call(moved), labels, batch.Weights);
    }
}
