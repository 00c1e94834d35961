namespace Ballast.Robustness.Verification;

/// <summary>A part of the input box.</summary>
/// <param name="Lower">Least inputs.</param>
/// <param name="Upper">Greatest inputs.</param>
/// <param name="Bounds">Bounds of neurons on a box around, as <see cref="InheritedBounds"/> orders them; null for none.</param>
internal sealed record SplitBox(double[] Lower, double[] Upper, float[]? Bounds);
