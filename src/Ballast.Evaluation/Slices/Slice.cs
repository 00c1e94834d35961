using Ballast.Core;

namespace Ballast.Evaluation.Slices;

/// <summary>Rows that are worse than the others, as a conjunction of conditions.</summary>
/// <param name="Conditions">The conditions, all of which a row of the slice meets.</param>
/// <param name="Rows">Positions of its rows in the dataset, ascending (both halves).</param>
/// <param name="Inside">Mean loss of its rows in the half that tested it, with interval.</param>
/// <param name="Outside">Mean loss of the other rows of that half, with interval.</param>
/// <param name="PValue">One-sided p-value of that half.</param>
/// <param name="AdjustedPValue">The same after Holm's correction for all slices tested.</param>
public sealed record Slice(
    IReadOnlyList<SliceCondition> Conditions, ReadOnlyMemory<int> Rows, Estimate Inside, Estimate Outside, double PValue, double AdjustedPValue)
{
    /// <summary>The conditions as text, such as <c>age >= 40 and job = 'fixed'</c>.</summary>
    public string Description => string.Join(" and ", Conditions);
}

/// <summary>What a slice search found.</summary>
/// <param name="Slices">Slices that are worse beyond chance, the most certain first; each is worse also without the rows of those before it.</param>
/// <param name="Tested">Slices that were tested.</param>
/// <param name="SearchRows">Rows that candidates were sought on.</param>
/// <param name="TestRows">Other rows that they were tested on.</param>
public sealed record SliceReport(IReadOnlyList<Slice> Slices, int Tested, int SearchRows, int TestRows);
