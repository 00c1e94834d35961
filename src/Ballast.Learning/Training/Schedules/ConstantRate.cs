namespace Ballast.Learning.Training.Schedules;

/// <summary>The base rate throughout.</summary>
public sealed record ConstantRate : LearningRateSchedule
{
    /// <inheritdoc/>
    public override double Factor(long step, int stepsPerEpoch, int epochs) => 1;
}
