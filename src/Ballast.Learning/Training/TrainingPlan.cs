using Ballast.Core;
using static TorchSharp.torch;

namespace Ballast.Learning.Training;

/// <summary>What an objective may know before training begins.</summary>
/// <param name="Data">The training samples.</param>
/// <param name="Epochs">Epochs planned.</param>
/// <param name="StepsPerEpoch">Optimiser steps an epoch.</param>
/// <param name="BatchSize">Samples a step, views not counted.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Device">Where the network lies.</param>
public sealed record TrainingPlan(Dataset Data, int Epochs, int StepsPerEpoch, int BatchSize, int Seed, Device Device)
{
    /// <summary>Optimiser steps of the whole training.</summary>
    public long Steps => (long)Epochs * StepsPerEpoch;
}
