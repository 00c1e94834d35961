using Ballast.Core;

namespace Ballast.Learning.Training.Averaging;

/// <summary>The plain mean of the weights at the end of each epoch from <paramref name="FromEpoch"/> on (SWA); BatchNorm statistics are then computed afresh over the training samples.</summary>
/// <remarks>Source: Izmailov et al., "Averaging weights leads to wider optima and better generalization", UAI 2018, algorithm 1.</remarks>
/// <param name="FromEpoch">First epoch whose weights count, from 0.</param>
public sealed record StochasticAveraging(int FromEpoch) : WeightAveraging
{
    /// <summary>First epoch whose weights count.</summary>
    public int FromEpoch { get; } = Guard.NotNegative(FromEpoch);
}
