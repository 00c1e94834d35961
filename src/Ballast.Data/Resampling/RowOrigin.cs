using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>How a row of a resampled set came to be.</summary>
public enum RowOriginKind
{
    /// <summary>An input row, kept.</summary>
    Original,

    /// <summary>A further copy of an input row; it keeps that row's id.</summary>
    Copied,

    /// <summary>A row that was made; its id is <see cref="Dataset.SyntheticRowId"/>.</summary>
    Synthetic,
}

/// <summary>Where a row of a resampled set comes from.</summary>
/// <param name="Kind">Kept, copied or made.</param>
/// <param name="Row">Position in the input of the row itself, or of the base row of a synthetic one.</param>
/// <param name="RowId">Row id of <paramref name="Row"/>.</param>
/// <param name="NeighbourRow">Position in the input of the neighbour stepped towards; -1 without.</param>
/// <param name="NeighbourRowId">Row id of <paramref name="NeighbourRow"/>; -1 without.</param>
/// <param name="Step">How far the step went, 0 (base) to 1 (neighbour); NaN without.</param>
public readonly record struct RowOrigin(RowOriginKind Kind, int Row, int RowId, int NeighbourRow, int NeighbourRowId, double Step)
{
    /// <summary>An input row or a copy of one.</summary>
    internal static RowOrigin Of(RowOriginKind kind, int row, int rowId) => new(kind, row, rowId, -1, -1, double.NaN);
}
