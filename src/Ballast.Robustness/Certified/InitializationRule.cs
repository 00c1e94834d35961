namespace Ballast.Robustness.Certified;

/// <summary>Rules for first weights, by what they do to the width of intervals.</summary>
public enum InitializationRule
{
    /// <summary>N(0, 2π / n²): <see cref="IbpInitializer"/>.</summary>
    Ibp,

    /// <summary>U(±1/√n), torch's default.</summary>
    DefaultUniform,

    /// <summary>Glorot's uniform rule with as many outputs as inputs: U(±√(3/n)).</summary>
    XavierUniform,

    /// <summary>Glorot's normal rule with as many outputs as inputs: N(0, 1/n).</summary>
    XavierNormal,

    /// <summary>He's normal rule: N(0, 2/n).</summary>
    KaimingNormal,
}
