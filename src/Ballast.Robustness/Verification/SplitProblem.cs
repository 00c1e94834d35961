namespace Ballast.Robustness.Verification;

/// <summary>Part of a box: where assumptions about neurons hold. One disjunct is to be excluded there.</summary>
/// <param name="Group">The disjunct.</param>
/// <param name="Splits">The assumptions.</param>
/// <param name="Choices">Free choices of lines that were best for the part around this one, row after row as <see cref="SplitBatch"/> orders them; null to begin with the relaxation's own.</param>
/// <param name="Multipliers">One for each row and assumption, at least 0.</param>
/// <param name="Lower">The best lower bound that is known.</param>
/// <param name="Round">How often the part was optimised without a neuron left to split.</param>
internal sealed record SplitProblem(int Group, IReadOnlyList<Split> Splits, float[]? Choices, float[] Multipliers, double Lower, int Round = 0);
