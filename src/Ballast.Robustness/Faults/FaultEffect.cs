namespace Ballast.Robustness.Faults;

/// <summary>How a faulty run ended.</summary>
public enum FaultEffect
{
    /// <summary>The scores may differ from the fault-free ones.</summary>
    Scores,

    /// <summary>All activations became equal to the fault-free ones before the end.</summary>
    Masked,

    /// <summary>The run never ends; a time-out detects it.</summary>
    Hang,

    /// <summary>The run fails, or a remedy notices the fault.</summary>
    Failure,
}
