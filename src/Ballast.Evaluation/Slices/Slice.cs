using Ballast.Core;

namespace Ballast.Evaluation.Slices;

/// <summary>Rows that are worse than the others.</summary>
/// <param name="Description">What its rows share, such as <c>age >= 40 and job = 'fixed'</c>.</param>
/// <param name="Conditions">The conditions, all of which a row of the slice meets; empty where the slice is a cluster.</param>
/// <param name="Rows">Positions of its rows, ascending (both halves).</param>
/// <param name="Inside">Mean loss of its rows in the half that tested it, with interval.</param>
/// <param name="Outside">Mean loss of the other rows of that half, with interval.</param>
/// <param name="PValue">One-sided p-value of that half.</param>
/// <param name="AdjustedPValue">The same after Holm's correction for all slices tested.</param>
public sealed record Slice(
    string Description, IReadOnlyList<SliceCondition> Conditions, ReadOnlyMemory<int> Rows, Estimate Inside, Estimate Outside, double PValue, double AdjustedPValue)
{
    /// <summary>Ids of its rows, which name the user's own.</summary>
    public ReadOnlyMemory<int> RowIds { get; init; } = Rows;

    /// <summary>Positions of the rows it was compared with, itself included, such as those of its class; null for all.</summary>
    public ReadOnlyMemory<int>? Among { get; init; }

    /// <summary>Rows in it.</summary>
    public int Size => Rows.Length;

    /// <summary>Mean loss inside, on rows that did not propose the slice.</summary>
    public double Metric => Inside.Value;

    /// <summary>Interval of <see cref="Metric"/>.</summary>
    public Interval Interval => Inside.Interval;
}
