using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using static TorchSharp.torch;

namespace Ballast.Learning.Objectives;

/// <summary>Plain supervised classification: one loss of the network's outputs, mixed samples and weights honoured.</summary>
public sealed class SupervisedObjective(ClassificationLoss loss) : Objective
{
    private int epochs;

    /// <inheritdoc/>
    public override Tensor Loss(Network network, Batch batch)
    {
        var labels = batch.Labels ?? throw new ArgumentException("The batch has no labels: this objective classifies.", nameof(batch));
        return loss.Forward(network.call(batch.Inputs), labels, batch.Weights, batch.Mixed);
    }

    /// <inheritdoc/>
    public override Tensor ValidationLoss(Tensor outputs, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return loss.Forward(outputs, batch.Labels ?? throw new ArgumentException("The batch has no labels: this objective classifies.", nameof(batch)), batch.Weights);
    }

    /// <inheritdoc/>
    public override void TrainingBegun(Network network, TrainingPlan plan) => epochs = plan.Epochs;

    /// <inheritdoc/>
    public override void EpochBegun(Network network, int epoch) => loss.EpochBegun(epoch, epochs);

    /// <summary>The loss, by which a checkpoint knows its training.</summary>
    public override string ToString() => $"{loss}";
}
