namespace Ballast.Learning.Training;

/// <summary>What a training did. The network itself holds the weights.</summary>
public sealed record TrainingResult
{
    /// <summary>One line an epoch, in order.</summary>
    public required IReadOnlyList<EpochRecord> History { get; init; }

    /// <summary>Optimiser steps made.</summary>
    public required long Steps { get; init; }

    /// <summary>The epoch whose weights the network holds under early stopping, from 0; null otherwise.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>Whether training ended before the planned epochs because validation no longer improved.</summary>
    public bool StoppedEarly { get; init; }

    /// <summary>Whether training went on from a checkpoint.</summary>
    public bool Resumed { get; init; }

    /// <summary>What the user should know, one sentence each: classes without training samples, a damaged checkpoint that was passed over.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
