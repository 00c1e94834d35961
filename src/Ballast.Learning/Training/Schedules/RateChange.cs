namespace Ballast.Learning.Training.Schedules;

/// <summary>When a schedule changes the rate.</summary>
public enum RateChange
{
    /// <summary>At every step.</summary>
    EveryStep,

    /// <summary>At the beginning of an epoch.</summary>
    EveryEpoch,
}
