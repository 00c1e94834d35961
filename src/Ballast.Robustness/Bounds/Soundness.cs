namespace Ballast.Robustness.Bounds;

/// <summary>What bounds are a proof of.</summary>
public enum Soundness
{
    /// <summary>
    /// The network in real arithmetic, its weights taken exactly. Everything is computed in double precision, and a bound of the rounding error of every sum is subtracted
    /// (γ_n = n u / (1 − n u), u = 2^-53; Higham 2002, section 3.1). Assumes that exp and tanh are right to within 8 units in the last place.
    /// </summary>
    RealArithmetic,

    /// <summary>Nothing: rounding errors are ignored, as training does and other tools do.</summary>
    Nominal,
}
