using Ballast.Core;
using Ballast.Data.Duplicates;
using Ballast.Data.Reading;

namespace Ballast.Tests.Data.Duplicates;

/// <summary>Rows along a line in three columns, so that a cell taken from another row does not suit its own.</summary>
public sealed class LonelinessTests
{
    private const int Rows = 600;

    [Fact]
    public void Rows_with_a_cell_that_does_not_suit_the_others_are_the_loneliest()
    {
        var cells = Line();
        for (var i = 0; i < 20; i++)
            cells[i] = [cells[i][0], cells[i][1] > 0 ? cells[i][1] - 40 : cells[i][1] + 40, cells[i][2]];
        var (columns, codes) = TableOf(cells);

        var loneliness = Loneliness.Measure(columns, codes, [.. Enumerable.Range(0, Rows)], seed: 0, CancellationToken.None);

        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(0, loneliness.Of(i, Rows - 1)));
    }

    [Fact]
    public void Levels_hold_equally_many_rows_and_a_pair_is_as_lonely_as_its_lonelier_row()
    {
        var (columns, codes) = TableOf(Line());

        var loneliness = Loneliness.Measure(columns, codes, [.. Enumerable.Range(0, Rows)], seed: 0, CancellationToken.None);

        var levels = Enumerable.Range(0, Rows).Select(i => loneliness.Of(i, i)).ToArray();
        Assert.All(Enumerable.Range(0, Loneliness.Levels), level => Assert.InRange(levels.Count(own => own == level), Rows / Loneliness.Levels - 3, Rows / Loneliness.Levels + 3));
        Assert.All(Enumerable.Range(1, Rows - 1), i => Assert.Equal(Math.Min(levels[i], levels[i - 1]), loneliness.Of(i, i - 1)));
    }

    [Fact]
    public void Decoys_take_another_value_from_their_donor_and_are_mostly_lonely_here()
    {
        var (columns, codes) = TableOf(Line());

        var loneliness = Loneliness.Measure(columns, codes, [.. Enumerable.Range(0, Rows)], seed: 0, CancellationToken.None);

        Assert.All(loneliness.Decoys, decoy => Assert.NotEqual(codes[decoy.Column][decoy.Place], codes[decoy.Column][decoy.Donor]));
        Assert.True(loneliness.Decoys.Count(decoy => decoy.Level == 0) > 0.8 * loneliness.Decoys.Count);
        Assert.Equal(loneliness.Decoys, Loneliness.Measure(columns, codes, [.. Enumerable.Range(0, Rows)], seed: 0, CancellationToken.None).Decoys);
    }

    private static List<double[]> Line()
    {
        var random = RandomStream.For(1, "line");
        return [.. Enumerable.Range(0, Rows).Select(_ =>
        {
            var place = 20 * random.NextGaussian();
            return (double[])[place, place + (0.1 * random.NextGaussian()), -place + (0.1 * random.NextGaussian())];
        })];
    }

    private static (TableColumn[] Columns, int[][] Codes) TableOf(List<double[]> cells)
    {
        TableColumn[] columns = [.. Enumerable.Range(0, 3).Select(c => new TableColumn(
            $"x{c}", [.. Enumerable.Range(0, Rows)], [.. cells.Select(row => $"{row[c]:R}")], [.. cells.Select(row => row[c])], ColumnKind.Numeric, "made so"))];
        return (columns, [.. columns.Select(column => column.Codes.ToArray())]);
    }
}
