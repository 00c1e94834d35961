namespace Ballast.Learning.Training.Schedules;

/// <summary>The factor on the base learning rate at each step: a function of the step alone, so that a resumed run needs no memory of it.</summary>
public abstract record LearningRateSchedule
{
    /// <summary>The factor for a step.</summary>
    /// <param name="step">Step from 0.</param>
    /// <param name="stepsPerEpoch">Steps an epoch, at least 1.</param>
    /// <param name="epochs">Epochs planned, at least 1.</param>
    public abstract double Factor(long step, int stepsPerEpoch, int epochs);
}
