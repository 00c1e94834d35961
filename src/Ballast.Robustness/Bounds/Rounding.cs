namespace Ballast.Robustness.Bounds;

/// <summary>Bounds of rounding errors in double precision.</summary>
internal static class Rounding
{
    /// <summary>u = 2^-53.</summary>
    public const double Unit = 1.0 / (1L << 53);

    /// <summary>Added to every error bound: more than all underflows of a sum can cost.</summary>
    public const double Tiny = 1e-280;

    // Roundings beside those of the sum itself: centre and radius, scaling, the additions of shift and error, and the error bound's own.
    private const int Beside = 24;

    /// <summary>γ_n for a sum of <paramref name="terms"/> products in any order, with room for the roundings around it.</summary>
    public static double Gamma(long terms)
    {
        var n = (terms + Beside) * Unit;
        return n / (1 - n) * (1 + 1e-9);
    }
}
