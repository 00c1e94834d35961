namespace Ballast.Robustness.Disparity;

/// <summary>Which test rows a standard and a robust model, trained on the same rows, classify right.</summary>
/// <param name="Standard">n answers of the standard model.</param>
/// <param name="Robust">n answers of the robust model.</param>
public sealed record ModelPair(IReadOnlyList<bool> Standard, IReadOnlyList<bool> Robust);
