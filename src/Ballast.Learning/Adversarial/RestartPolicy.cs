namespace Ballast.Learning.Adversarial;

/// <summary>Which samples the ascents after the first take up.</summary>
public enum RestartPolicy
{
    /// <summary>Those not yet misclassified: enough to count robust samples.</summary>
    Unbroken,

    /// <summary>Every sample: for the largest loss over the ball.</summary>
    Every,
}
