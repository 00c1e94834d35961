using Ballast.Core;
using Ballast.Learning.Networks;
using static TorchSharp.torch;

namespace Ballast.Learning.Training;

/// <summary>Trains any network on any objective: epochs of batches, steps of an optimiser, validation, averaging, checkpoints. It knows nothing of a method.</summary>
/// <param name="options">How to train; null for the defaults.</param>
public sealed class Trainer(TrainerOptions? options = null)
{
    /// <summary>How this trainer trains.</summary>
    public TrainerOptions Options { get; } = options ?? new();

    /// <summary>Trains <paramref name="network"/> in place and leaves it in evaluation mode on the training device.</summary>
    /// <remarks>With a checkpoint folder that holds the state of a training of the same kind, training goes on from there and ends with the same weights, bit for bit.</remarks>
    /// <param name="network">Its present weights are the beginning.</param>
    /// <param name="objective">What is made small.</param>
    /// <param name="data">The training samples: at least one, with labels of at least two classes or with targets.</param>
    /// <param name="validation">Samples that are only looked at, after every epoch.</param>
    /// <param name="progress">Told of every step and every epoch.</param>
    /// <param name="cancellation">Stops between steps; with a checkpoint folder the state is written first.</param>
    /// <exception cref="ArgumentException">Options, samples and network do not fit each other.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient was NaN or infinite.</exception>
    /// <exception cref="DataFormatException">No checkpoint in the folder can be used.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public TrainingResult Train(
        Network network, Objective objective, Dataset data, Dataset? validation = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        TrainingChecks.Check(Options, network, objective, data, validation);
        using var threads = TorchThreads.Use(Options.Threads);
        using var kernels = DeterministicKernels.On(Options.Device.Resolve());
        using var scope = NewDisposeScope();
        using var run = new TrainingRun(Options, network, objective, data, validation, progress);
        return run.Complete(cancellation);
    }
}
