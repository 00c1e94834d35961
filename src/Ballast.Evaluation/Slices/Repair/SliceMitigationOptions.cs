using Ballast.Core;

namespace Ballast.Evaluation.Slices.Repair;

/// <summary>How the last layer is fitted anew.</summary>
public sealed record SliceMitigationOptions
{
    /// <summary>C of <see cref="LastLayer"/>; 0.3 by default.</summary>
    public double Penalty { get => penalty; init => penalty = Guard.Positive(value, nameof(Penalty)); }

    /// <summary>Rows of highest, and of lowest, score of each class that a head learns from at most (a third of the class where that is less); 600 by default.</summary>
    public int RowsPerSide { get => rowsPerSide; init => rowsPerSide = Guard.Positive(value, nameof(RowsPerSide)); }

    /// <summary>Which heads decide.</summary>
    public HeadRouting Routing { get; init; }

    private readonly double penalty = 0.3;
    private readonly int rowsPerSide = 600;
}
