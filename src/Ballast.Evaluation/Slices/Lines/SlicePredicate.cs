namespace Ballast.Evaluation.Slices.Lines;

/// <summary>One column has one value.</summary>
/// <param name="Column">Position of the column.</param>
/// <param name="Value">Its code.</param>
public readonly record struct SlicePredicate(int Column, int Value);
