using Ballast.Core;

namespace Ballast.Robustness.Faults.Integer;

/// <summary>A real factor below 1 as the accelerator stores it: m0 2^(-31 - r), m0 a 32-bit mantissa and r a 6-bit right shift.</summary>
/// <param name="Mantissa">m0, in [2^30, 2^31) unless a fault made it another number.</param>
/// <param name="Shift">r, 0 to 63.</param>
public readonly record struct Requantization(int Mantissa, int Shift)
{
    /// <summary>The nearest factor of this form.</summary>
    /// <param name="factor">Above 0, below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not inside (0, 1).</exception>
    public static Requantization Of(double factor)
    {
        if (!(factor > 0 && factor < 1))
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "The factor must lie strictly between 0 and 1.");
        var shift = -1 - Math.ILogB(factor);                         // factor 2^shift in [1/2, 1)
        var mantissa = (long)Math.Round(Math.ScaleB(factor, shift + 31));
        if (mantissa == 1L << 31)
            (mantissa, shift) = shift == 0 ? (mantissa - 1, 0) : (mantissa / 2, shift - 1);
        // From a shift of 32 on every product rounds to 0, and the register has six bits.
        return new Requantization((int)mantissa, Math.Min(shift, 63));
    }

    /// <summary>round(accumulator factor), halves up: the 64-bit product plus a half, shifted right arithmetically. A total shift of 63 or more gives 0.</summary>
    public long Apply(int accumulator)
    {
        var total = 31 + Shift;
        return total >= 63 ? 0 : ((long)accumulator * Mantissa + (1L << (total - 1))) >> total;
    }

    /// <summary>The factor as a number.</summary>
    public double Value => Math.ScaleB(Mantissa, -31 - Guard.NotNegative(Shift));
}
