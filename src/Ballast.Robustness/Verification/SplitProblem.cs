namespace Ballast.Robustness.Verification;

/// <summary>Part of a box: where the neurons have assumed signs.</summary>
/// <param name="Signs">The assumptions.</param>
/// <param name="Slopes">Slopes of the lines below that were best for the part around this one, ReLU after ReLU and row after row; null to begin with the relaxation's own.</param>
/// <param name="Multipliers">One for each row and assumption, at least 0.</param>
internal sealed record SplitProblem(IReadOnlyList<AssumedSign> Signs, float[]? Slopes, float[] Multipliers);
