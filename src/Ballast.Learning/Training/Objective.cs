using Ballast.Learning.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ballast.Learning.Training;

/// <summary>What training makes small: a map from (network, batch) to a scalar loss. The trainer knows nothing else of a method.</summary>
/// <remarks>
/// An objective may ask to be told where training is: the hooks do nothing unless overridden. Everything random in an objective comes from
/// <see cref="Core.RandomStream"/> keyed by its seed and the step, so that a resumed run draws what the uninterrupted one would have drawn.
/// Tensors that <see cref="TrainingBegun"/> and <see cref="EpochBegun"/> make live until training ends unless they are disposed of or detached from their scope; those made in a step end with it.
/// </remarks>
public abstract class Objective
{
    /// <summary>The loss of a batch, with the graph that leads to the network's parameters. Called inside the trainer's dispose scope.</summary>
    /// <returns>A scalar.</returns>
    public abstract Tensor Loss(Network network, Batch batch);

    /// <summary>The loss by which validation samples are judged: the mean cross-entropy or squared error of the outputs unless overridden.</summary>
    /// <remarks>Called without gradients and with the network in evaluation mode; it must not change what the objective carries from step to step.</remarks>
    /// <param name="outputs">[B, K] outputs of the network.</param>
    /// <param name="batch">The samples, neither transformed nor mixed.</param>
    /// <returns>A scalar, the mean over the samples.</returns>
    public virtual Tensor ValidationLoss(Tensor outputs, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Labels is { } labels
            ? nn.functional.cross_entropy(outputs, labels)
            : nn.functional.mse_loss(outputs, batch.Targets ?? throw new ArgumentException("The samples have neither labels nor targets.", nameof(batch)));
    }

    /// <summary>Parameters of the objective itself that are trained beside the network's, such as a learned noise; by default none.</summary>
    /// <remarks>They may lie on the processor while the network lies elsewhere: the loss then takes them to the device of its batch.</remarks>
    public virtual IEnumerable<(string Name, Parameter Parameter)> NamedParameters => [];

    /// <summary>The rate of <see cref="NamedParameters"/> over the optimiser's base rate; 1 unless overridden.</summary>
    public virtual double ParameterRate => 1;

    /// <summary>Tensors that the objective carries from step to step; checkpoints keep them and resuming copies into them. By default none.</summary>
    /// <remarks>Their names and shapes stand once training has begun and do not change after; they lie where the plan says.</remarks>
    public virtual IEnumerable<(string Name, Tensor Tensor)> State => [];

    /// <summary>Training begins: the network, the training samples and the plan are known.</summary>
    public virtual void TrainingBegun(Network network, TrainingPlan plan)
    {
    }

    /// <summary>Epoch <paramref name="epoch"/> (from 0) begins.</summary>
    /// <remarks>Training that goes on inside an epoch calls this again for that epoch, and only then puts <see cref="State"/> and the parameters back.</remarks>
    public virtual void EpochBegun(Network network, int epoch)
    {
    }

    /// <summary>Epoch <paramref name="epoch"/> has ended; the network is in evaluation mode and gradients are off.</summary>
    public virtual void EpochEnded(Network network, int epoch)
    {
    }

    /// <summary>Step <paramref name="step"/> (from 0 over the whole training) is about to compute its loss.</summary>
    public virtual void BatchBegun(Network network, long step)
    {
    }

    /// <summary>The gradients of step <paramref name="step"/> stand, not clipped yet, and the optimiser has not stepped yet.</summary>
    public virtual void GradientsReady(Network network, long step)
    {
    }

    /// <summary>The optimiser has made step <paramref name="step"/>.</summary>
    public virtual void StepTaken(Network network, long step)
    {
    }
}
