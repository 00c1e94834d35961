using Ballast.Data.Duplicates;
using Ballast.Data.Reading;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Check.Planted;

/// <summary>Copies in a table of whole numbers where every fifth row has a neighbour by nature, found by the features alone.</summary>
public sealed class PlantedDuplicatesTests
{
    [Theory]
    [InlineData(CopyPlacement.Scattered, 0.95)]
    [InlineData(CopyPlacement.Appended, 0.99)]
    public void Copies_of_letters_are_told_from_neighbours_best_where_they_gather_at_the_end_of_the_file(CopyPlacement placement, double recall)
    {
        var planted = Plant(new Planting { Seed = 41, FlippedShare = 0.06, ExactCopies = 0.02, NearCopies = 0.02, Placement = placement });

        var score = DuplicateScore.Of(Named(planted), planted.Truth);

        Assert.True(score.Recall >= recall, $"recall {score.Recall:0.000}");
        Assert.True(score.StrictPrecision >= 0.95, $"precision {score.StrictPrecision:0.000}");
    }

    [Fact]
    public void Letters_without_copies_show_exact_repeats_alone()
    {
        var planted = Plant(new Planting { Seed = 42 });

        var score = DuplicateScore.Of(Named(planted), planted.Truth);

        Assert.True(score.StrictPrecision >= 0.995, $"precision {score.StrictPrecision:0.000}");
    }

    private static PlantedTable Plant(Planting planting) => Planter.Plant(CsvTable.Read(RealData.Require("tables/letter.csv")), "lettr", planting);

    private static IEnumerable<int> Named(PlantedTable planted)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("train.csv"), planted.Train.ToCsv());
        var duplicateOf = DuplicateRows.Find(TableReader.Read(folder.File("train.csv")), planted.Truth.CleanColumns).DuplicateOf.ToArray();
        return duplicateOf.Index().Where(pair => pair.Item >= 0).Select(pair => pair.Index + 1);
    }
}
