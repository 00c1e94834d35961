using Ballast.Core;

namespace Ballast.Learning.Training.Schedules;

/// <summary>The rate falls from the base to <paramref name="Floor"/> times the base along half a cosine over the whole training.</summary>
/// <remarks>Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017, eq. 5, without restarts.</remarks>
/// <param name="Floor">Factor at the end, in [0, 1].</param>
/// <param name="Change">Whether the rate changes at every step or stays within an epoch.</param>
public sealed record CosineRate(double Floor = 0, RateChange Change = RateChange.EveryStep) : LearningRateSchedule
{
    /// <summary>Factor at the end.</summary>
    public double Floor { get; } = Guard.InRange(Floor, 0, 1);

    /// <inheritdoc/>
    public override double Factor(long step, int stepsPerEpoch, int epochs)
    {
        var done = Change == RateChange.EveryStep ? (double)step / ((long)stepsPerEpoch * epochs) : (double)(step / stepsPerEpoch) / epochs;
        return Floor + (1 - Floor) * (1 + Math.Cos(Math.PI * Math.Min(1, done))) / 2;
    }
}
