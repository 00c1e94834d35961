namespace Ballast.Evaluation.Slices;

/// <summary>A set of rows that may be worse than the others.</summary>
/// <param name="Description">What its rows share, in the user's words.</param>
/// <param name="Conditions">The same as conditions; empty where it is no conjunction of them.</param>
/// <param name="Rows">Positions of its rows among all rows, ascending.</param>
public sealed record SliceCandidate(string Description, IReadOnlyList<SliceCondition> Conditions, int[] Rows)
{
    /// <summary>Rows to compare it with, itself included, ascending, such as those of its class; null for all.</summary>
    public int[]? Among { get; init; }
}
