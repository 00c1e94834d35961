namespace Ballast.Robustness.Faults.Integer;

/// <summary>What is taken of a window.</summary>
public enum PoolKind
{
    /// <summary>The largest value; padding never wins.</summary>
    Largest,

    /// <summary>The mean of the elements of the input.</summary>
    Mean,

    /// <summary>The mean, padding counted as zeros.</summary>
    MeanWithPadding,
}
