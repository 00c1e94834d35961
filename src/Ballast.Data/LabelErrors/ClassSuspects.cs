namespace Ballast.Data.LabelErrors;

/// <summary>The suspects among the rows given one label, so that a rare class is seen although a global ranking or cut would hide it.</summary>
/// <param name="Class">The given label.</param>
/// <param name="Count">Rows given it.</param>
/// <param name="Flagged">How many of them the filter flagged.</param>
/// <param name="EstimatedIssues">How many of them the calibrated joint estimates to be wrong.</param>
/// <param name="Rows">Positions, most suspicious first: flagged rows by ascending quality, then rows the model assigns to another class, by ascending quality.</param>
public sealed record ClassSuspects(int Class, int Count, int Flagged, int EstimatedIssues, int[] Rows);
