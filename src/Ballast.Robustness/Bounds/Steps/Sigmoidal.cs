namespace Ballast.Robustness.Bounds.Steps;

/// <summary>The functions of <see cref="SigmoidalStep"/>.</summary>
internal enum Sigmoidal
{
    /// <summary>1 / (1 + e^-x).</summary>
    Logistic,

    /// <summary>Hyperbolic tangent.</summary>
    Tangent,
}
