using System.Text.Json.Serialization;

namespace Ballast.Evaluation.Calibration.Curves;

/// <summary>A learned function from a stated probability to a mended one.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "curve")]
[JsonDerivedType(typeof(LinearCurve), "linear")]
[JsonDerivedType(typeof(StepCurve), "steps")]
[JsonDerivedType(typeof(BetaCurve), "beta")]
[JsonDerivedType(typeof(SplineCurve), "spline")]
public abstract record ConfidenceCurve
{
    /// <summary>The mended probability, in [0, 1].</summary>
    /// <param name="confidence">A probability in [0, 1].</param>
    public abstract double At(double confidence);
}
