namespace Ballast.Evaluation.Slices;

/// <summary>What a slice search found.</summary>
/// <param name="Slices">Slices that are worse beyond chance, the most certain first; each is worse also without the rows of those before it.</param>
/// <param name="Tested">Slices that were tested.</param>
/// <param name="SearchRows">Rows that candidates were sought on.</param>
/// <param name="TestRows">Other rows that they were tested on.</param>
public sealed record SliceReport(IReadOnlyList<Slice> Slices, int Tested, int SearchRows, int TestRows)
{
    /// <summary>Why nothing could be sought; null where something was.</summary>
    public string? Reason { get; init; }

    /// <summary>Positions of the rows that candidates were tested on, ascending: figures of a slice taken on these are not flattered by the search.</summary>
    public ReadOnlyMemory<int> TestPositions { get; init; }
}
