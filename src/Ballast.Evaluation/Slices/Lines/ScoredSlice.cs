namespace Ballast.Evaluation.Slices.Lines;

/// <summary>A conjunction of predicates with its SliceLine score.</summary>
/// <param name="Predicates">By column, one a column.</param>
/// <param name="Score">alpha (mean error inside / mean error - 1) - (1 - alpha) (n / size - 1); above 0.</param>
/// <param name="Size">Rows that meet all predicates.</param>
/// <param name="ErrorSum">Sum of their errors.</param>
public sealed record ScoredSlice(IReadOnlyList<SlicePredicate> Predicates, double Score, int Size, double ErrorSum);
