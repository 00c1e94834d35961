namespace Ballast.Robustness.Faults;

/// <summary>How a number is held in memory: its width and what its bits mean.</summary>
public enum StorageFormat
{
    /// <summary>IEEE 754 single precision: sign 31, exponent 30 to 23, mantissa 22 to 0.</summary>
    Float32,

    /// <summary>IEEE 754 half precision: sign 15, exponent 14 to 10, mantissa 9 to 0.</summary>
    Float16,

    /// <summary>The upper half of single precision: sign 15, exponent 14 to 7, mantissa 6 to 0.</summary>
    BFloat16,

    /// <summary>Two's complement, 8 bits; bit 7 is the sign.</summary>
    Int8,

    /// <summary>Two's complement, 32 bits; bit 31 is the sign.</summary>
    Int32,
}
