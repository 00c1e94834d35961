using Ballast.Tests.Shared;

namespace Ballast.Tests.Check.Planted;

/// <summary>Named tables with defects, quick enough for every run: what <c>check</c> is tried on from end to end.</summary>
public static class PlantedTables
{
    private static readonly Dictionary<string, (string Table, string Target, Planting Planting)> cases = new()
    {
        ["credit, renamed label, prefixed id"] =
            ("credit_data.csv", "Status", Planting.Everything(11, SpoiledKind.RenamedLabel, SpoiledKind.PrefixedId)),
        ["pima, numeric leak, shuffled id"] =
            ("pima.csv", "diabetes", Planting.Everything(12) with { Identity = CopyIdentity.New, Placement = CopyPlacement.Appended }),
        ["satellite, scaled copy, hash id"] =
            ("satellite.csv", "classes", Planting.Everything(13, SpoiledKind.ScaledCopy, SpoiledKind.HashId) with { Flips = FlipPattern.ClassDependent, MaxRows = 2500 }),
    };

    public static TheoryData<string> Names => [.. cases.Keys];

    /// <summary>Plants the case called <paramref name="name"/>; skips the test when its clean table is neither among the samples nor the real data.</summary>
    public static PlantedTable Plant(string name)
    {
        var (table, target, planting) = cases[name];
        var sample = Path.Combine(GoldenFiles.TestsFolder(), "..", "..", "samples", table);
        var path = File.Exists(sample) ? sample : RealData.Require("tables/" + table);
        return Planter.Plant(CsvTable.Read(path), target, planting);
    }
}
