namespace Ballast.Robustness.Faults;

/// <summary>What a bit of a number stands for.</summary>
public enum BitClass
{
    /// <summary>The sign, of floating-point and whole numbers.</summary>
    Sign,

    /// <summary>The exponent of a floating-point number.</summary>
    Exponent,

    /// <summary>The fraction of a floating-point number.</summary>
    Mantissa,

    /// <summary>A bit of a whole number below its sign.</summary>
    Magnitude,
}
