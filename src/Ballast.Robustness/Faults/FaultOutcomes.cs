namespace Ballast.Robustness.Faults;

/// <summary>What one injection did. Masked, Benign, Sdc1 and Detected are a partition; the others are flags beside them. None stands for an injection that has not been run.</summary>
[Flags]
public enum FaultOutcomes
{
    /// <summary>Not run yet.</summary>
    None = 0,

    /// <summary>Outputs are identical bit for bit.</summary>
    Masked = 1,

    /// <summary>Outputs differ, the top class is the same (in a regression: within the tolerance).</summary>
    Benign = 2,

    /// <summary>Silent data corruption: another top class (in a regression: off by more than the tolerance).</summary>
    Sdc1 = 4,

    /// <summary>NaN or infinity among the outputs, or a hang.</summary>
    Detected = 8,

    /// <summary>The fault-free top class is not among the faulty top five.</summary>
    Sdc5 = 16,

    /// <summary>The softmax score of the fault-free top class changed by more than 10% of itself.</summary>
    Sdc10 = 32,

    /// <summary>The softmax score of the fault-free top class changed by more than 20% of itself.</summary>
    Sdc20 = 64,

    /// <summary>A right answer became wrong.</summary>
    Harm = 128,

    /// <summary>A wrong answer became right.</summary>
    Luck = 256,
}
