using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using static TorchSharp.torch;

namespace Ballast.Learning.Adversarial;

/// <summary>An objective that attacks each batch: it finds moved samples x' by an ascent, then gives a loss of x and x'.</summary>
/// <param name="attack">The ascent.</param>
/// <param name="seed">Decides the random starts, together with the training step and the row.</param>
public abstract class AdversarialObjective(Pgd attack, int seed) : Objective
{
    private long step;

    /// <summary>The ascent.</summary>
    public Pgd Attack { get; } = attack ?? throw new ArgumentNullException(nameof(attack));

    /// <inheritdoc/>
    public sealed override void BatchBegun(Network network, long step) => this.step = step;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The batch has no labels or holds mixed samples.</exception>
    public sealed override Tensor Loss(Network network, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(batch);
        var labels = batch.Labels ?? throw new ArgumentException("The batch has no labels: adversarial training classifies.", nameof(batch));
        if (batch.Mixed is not null)
            throw new ArgumentException("Mixed samples have no one label to attack; train without Mixup and CutMix.", nameof(batch));
        return Loss(network, batch, labels);
    }

    /// <summary>What is trained, the ascent and the seed, by which a checkpoint knows its training.</summary>
    public sealed override string ToString() => $"{Settings}; {Attack}; seed {seed}";

    /// <summary>The objective's own settings in a few words.</summary>
    protected abstract string Settings { get; }

    /// <summary>The loss of a batch whose samples are not mixed.</summary>
    protected abstract Tensor Loss(Network network, Batch batch, Tensor labels);

    /// <summary>The moved samples: the last iterates of the ascent.</summary>
    /// <returns>[B, ...], without a graph.</returns>
    protected Tensor Moved(Network network, Batch batch, Tensor labels, AttackLoss loss)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Attack.Ascend(network, batch.Inputs, labels, loss, AttackKeys.Of(batch, seed, step));
    }

    /// <summary>The scores of the untouched samples as the ascent sees them: in evaluation mode, without a graph.</summary>
    protected static Tensor FrozenScores(Network network, Tensor inputs)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var mode = ModelMode.Evaluation(network);
        using var frozen = no_grad();
        return network.call(inputs);
    }

    /// <summary>The mean over the batch, sample weights multiplied.</summary>
    /// <param name="losses">[B].</param>
    /// <param name="weights">[B], or null for all 1.</param>
    protected static Tensor Mean(Tensor losses, Tensor? weights)
    {
        ArgumentNullException.ThrowIfNull(losses);
        return weights is null ? losses.mean() : (losses * weights).sum().Over(losses.shape[0]);
    }
}
