using Ballast.Learning.LongTail;
using Ballast.Learning.Objectives;
using Ballast.Learning.Tabular;
using Ballast.Learning.Training;

namespace Ballast.Cli.Commands.Networks;

/// <summary>How a network is to be trained, as <see cref="NetworkSettings"/> read it.</summary>
/// <param name="Loss">As <see cref="LongTailLosses"/> reads it.</param>
/// <param name="Sampler">As <see cref="LongTailSamplers"/> reads it.</param>
/// <param name="Method">What mends the last layer; null for nothing.</param>
/// <param name="MethodName">As the user wrote it; null for nothing.</param>
/// <param name="Patience">Epochs without improvement before training ends; 0 never ends it.</param>
/// <param name="EpochsGiven">Whether the user gave the epochs.</param>
/// <param name="BatchGiven">Whether the user gave the batch.</param>
/// <param name="Trainer">All that the trainer is told, early stopping apart.</param>
internal sealed record NetworkChoices(
    string Loss, string Sampler, HeadMethod? Method, string? MethodName, int Patience, bool EpochsGiven, bool BatchGiven, TrainerOptions Trainer)
{
    public const int DefaultEpochs = 30;
    public const int DefaultBatch = 128;

    /// <summary>The loss for training rows of these classes.</summary>
    public ClassificationLoss MakeLoss(ReadOnlySpan<int> counts) => LongTailLosses.Known.Parse(Loss)(counts);

    /// <summary>The trainer where there are validation rows, or none.</summary>
    public TrainerOptions TrainerFor(bool watched) =>
        watched && Patience > 0 ? Trainer with { EarlyStopping = new EarlyStopping(EarlyStoppingMetric.BalancedAccuracy, Patience) } : Trainer;

    /// <summary>The same for a table's network, whose epochs and batch go with the table where the user did not give them.</summary>
    public NetworkOptions ForTable(TabularArchitecture architecture)
    {
        var usual = new NetworkOptions();
        return usual with
        {
            Architecture = architecture,
            Epochs = EpochsGiven ? Trainer.Epochs : usual.Epochs,
            BatchSize = BatchGiven ? Trainer.BatchSize : null,
            Patience = Patience,
            Optimizer = Trainer.Optimizer,
            Schedule = Trainer.Schedule,
            Sampler = Trainer.Sampler,
            Loss = counts => MakeLoss([.. counts]),
            Method = Method,
            Seed = Trainer.Seed,
            Device = Trainer.Device,
        };
    }
}
