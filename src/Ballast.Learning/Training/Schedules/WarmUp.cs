using Ballast.Core;

namespace Ballast.Learning.Training.Schedules;

/// <summary>The rate rises in a straight line over the first epochs; then another schedule runs over the epochs that remain.</summary>
/// <remarks>Source: Goyal et al., "Accurate, large minibatch SGD", 2017, section 2.2 (gradual warm-up). Step s of W has the factor <c>Start + (1 - Start) (s + 1) / W</c>.</remarks>
/// <param name="Epochs">Epochs of the rise, at least 1.</param>
/// <param name="Then">What follows; its step 0 is the first after the rise.</param>
/// <param name="Start">Factor just before the first step, in [0, 1].</param>
public sealed record WarmUp(int Epochs, LearningRateSchedule Then, double Start = 0) : LearningRateSchedule
{
    /// <summary>Epochs of the rise.</summary>
    public int Epochs { get; } = Guard.Positive(Epochs);

    /// <summary>Factor just before the first step.</summary>
    public double Start { get; } = Guard.InRange(Start, 0, 1);

    /// <inheritdoc/>
    public override double Factor(long step, int stepsPerEpoch, int epochs)
    {
        var rise = (long)Epochs * stepsPerEpoch;
        return step < rise
            ? Start + (1 - Start) * (step + 1) / rise
            : Then.Factor(step - rise, stepsPerEpoch, Math.Max(1, epochs - Epochs));
    }
}
