using Ballast.Learning.LongTail;
using Ballast.Learning.Objectives;
using Ballast.Learning.Tabular;
using Ballast.Learning.Training;

namespace Ballast.Cli.Commands.Networks;

/// <summary>How a network is to be trained, as <see cref="NetworkSettings"/> read it.</summary>
/// <param name="Loss">As <see cref="LongTailLosses"/> reads it.</param>
/// <param name="Sampler">As <see cref="LongTailSamplers"/> reads it.</param>
/// <param name="Method">What mends the last layer, as <see cref="LongTailMethods"/> reads it; null for nothing.</param>
/// <param name="Patience">Epochs without improvement before training ends; 0 never ends it.</param>
/// <param name="Batch">Samples of a step where the user gave them.</param>
/// <param name="Trainer">All that the trainer is told, early stopping apart.</param>
internal sealed record NetworkChoices(string Loss, string Sampler, string? Method, int Patience, int? Batch, TrainerOptions Trainer)
{
    /// <summary>Epochs of networks of images, and of every network in a comparison.</summary>
    public const int UsualEpochs = 30;

    /// <summary>Torch's threads for one network of images, on any machine: sums split over another number of threads round differently.</summary>
    public const int UsualThreads = 2;

    /// <summary>Training against perturbations; null for plain training.</summary>
    public RobustTraining? Robust { get; init; }

    /// <summary>The loss for training rows of these classes.</summary>
    public ClassificationLoss MakeLoss(ReadOnlySpan<int> counts) => LongTailLosses.Known.Parse(Loss)(counts);

    /// <summary>The method of the last layer; null for none.</summary>
    public HeadMethod? MakeMethod() => Method is null ? null : LongTailMethods.Known.Parse(Method);

    /// <summary>The trainer where there are validation rows, or none.</summary>
    public TrainerOptions TrainerFor(bool watched) =>
        Robust is { IsCertified: true } ? Trainer with { ClipNorm = Trainer.ClipNorm ?? RobustTraining.CertifiedClip } : watched && Patience > 0 ? Trainer with { EarlyStopping = new EarlyStopping(EarlyStoppingMetric.BalancedAccuracy, Patience) } : Trainer;

    /// <summary>The same for a table's network, whose batch goes with the table where the user did not give it.</summary>
    public NetworkOptions ForTable(TabularArchitecture architecture) => new()
    {
        Architecture = architecture,
        Epochs = Trainer.Epochs,
        BatchSize = Batch,
        Patience = Robust is { IsCertified: true } ? 0 : Patience,
        Optimizer = Trainer.Optimizer,
        Schedule = Trainer.Schedule,
        Sampler = Trainer.Sampler,
        ClipNorm = Trainer.ClipNorm ?? (Robust is { IsCertified: true } ? RobustTraining.CertifiedClip : null),
        Accumulation = Trainer.Accumulation,
        Averaging = Trainer.Averaging,
        Threads = Trainer.Threads,
        Loss = counts => MakeLoss([.. counts]),
        Method = MakeMethod(),
        Objective = Robust is { } robust ? (loss, rows, encoding) => robust.ForTable(loss, rows, encoding, Trainer.Epochs, Trainer.Seed) : null,
        Seed = Trainer.Seed,
        Device = Trainer.Device,
    };
}
