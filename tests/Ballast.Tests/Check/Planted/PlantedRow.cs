namespace Ballast.Tests.Check.Planted;

/// <summary>A training row on its way: clean columns only, with what has been done to it.</summary>
internal sealed class PlantedRow(string[] cells, string trueLabel)
{
    public string[] Cells { get; } = cells;

    public string TrueLabel { get; } = trueLabel;

    public PlantedRow? Original { get; init; }

    public CopyKind Kind { get; init; }

    public PlantedRow Copy(CopyKind kind) => new([.. Cells], TrueLabel) { Original = this, Kind = kind };
}
