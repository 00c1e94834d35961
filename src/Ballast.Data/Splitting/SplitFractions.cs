using Ballast.Core;

namespace Ballast.Data.Splitting;

/// <summary>Shares of the rows for training, validation and test; they sum to 1.</summary>
public sealed record SplitFractions
{
    /// <summary>Makes the three shares.</summary>
    /// <param name="train">Greater than 0.</param>
    /// <param name="validation">At least 0; 0 for no such part.</param>
    /// <param name="test">At least 0; 0 for no such part.</param>
    /// <exception cref="ArgumentOutOfRangeException">A share lies outside its range.</exception>
    /// <exception cref="ArgumentException">The shares do not sum to 1.</exception>
    public SplitFractions(double train, double validation, double test)
    {
        (Train, Validation, Test) = (Guard.Positive(train), Guard.NotNegative(validation), Guard.NotNegative(test));
        if (!(Math.Abs(train + validation + test - 1) < 1e-9))
            throw new ArgumentException($"The shares {train}, {validation} and {test} sum to {train + validation + test:0.####}, not to 1.");
    }

    /// <summary>Share for training.</summary>
    public double Train { get; }

    /// <summary>Share for validation.</summary>
    public double Validation { get; }

    /// <summary>Share for the test.</summary>
    public double Test { get; }

    internal double[] ToArray() => [Train, Validation, Test];
}
