namespace Ballast.Robustness.Verification;

/// <summary>An input with unsafe outputs.</summary>
/// <param name="Inputs">In single precision, flattened row-major.</param>
/// <param name="Outputs">What ONNX Runtime computes of it.</param>
/// <param name="IsInside">Whether every coordinate lies in the property's box; false where an end of the box is no number of single precision and nothing between the ends is, so that the nearest was taken.</param>
public sealed record Counterexample(IReadOnlyList<float> Inputs, IReadOnlyList<float> Outputs, bool IsInside);
