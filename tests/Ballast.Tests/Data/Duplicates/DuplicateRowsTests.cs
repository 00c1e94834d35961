using Ballast.Core;
using Ballast.Data.Duplicates;
using Ballast.Data.Reading;

namespace Ballast.Tests.Data.Duplicates;

public sealed class DuplicateRowsTests
{
    private const int Rows = 400;
    private static readonly string[] Names = ["a", "b", "c", "d", "e", "town"];

    [Fact]
    public void Independent_rows_repeat_nothing()
    {
        var found = DuplicateRows.Find(TableOf(Draw(Rows)), Names);

        Assert.Empty(found.Copies(exact: true));
        Assert.True(found.Copies(exact: false).Length <= 2);
    }

    [Fact]
    public void An_exact_copy_points_to_the_first_of_its_group()
    {
        var rows = Draw(Rows);
        rows.AddRange([rows[7], rows[7], rows[3]]);

        var found = DuplicateRows.Find(TableOf(rows), Names);

        Assert.Equal([Rows, Rows + 1, Rows + 2], found.Copies(exact: true));
        Assert.Equal([7, 7, 3], found.DuplicateOf[Rows..].ToArray());
        Assert.Equal(found.Groups()[7], found.Groups()[Rows]);
    }

    [Fact]
    public void Case_and_blanks_make_a_copy_near_not_exact()
    {
        var rows = Draw(Rows);
        rows.Add([.. rows[5][..5], $" {rows[5][5].ToUpperInvariant()} "]);

        var found = DuplicateRows.Find(TableOf(rows), Names);

        Assert.Equal(5, found.DuplicateOf[Rows]);
        Assert.False(found.IsExact(Rows));
    }

    [Fact]
    public void Jittered_copies_are_found_and_little_else()
    {
        var rows = Draw(Rows);
        var random = RandomStream.For(2, "jitter");
        for (var i = 0; i < 20; i++)
            rows.Add([.. rows[i * 3][..5].Select(text => $"{double.Parse(text) + 0.003 * random.NextGaussian():R}"), rows[i * 3][5]]);

        var found = DuplicateRows.Find(TableOf(rows), Names);

        Assert.True(Enumerable.Range(0, 20).Count(i => found.DuplicateOf[Rows + i] == i * 3) >= 19);
        Assert.True(found.Copies(exact: false).Count(row => row < Rows) <= 4);
    }

    [Fact]
    public void Copies_with_one_changed_cell_are_found()
    {
        var rows = Draw(Rows);
        for (var i = 0; i < 10; i++)
            rows.Add([rows[i][0], rows[i + 100][1], .. rows[i][2..]]);

        var found = DuplicateRows.Find(TableOf(rows), Names);

        Assert.All(Enumerable.Range(0, 10), i => Assert.Equal(i, found.DuplicateOf[Rows + i]));
    }

    // Half of the rows crowd on a grid, where many differ in one cell by nature; the others are alone.
    [Fact]
    public void Neighbours_in_a_crowd_are_no_copies_but_changed_rows_where_none_else_stands_are()
    {
        var random = RandomStream.For(5, "grid");
        var rows = Enumerable.Range(0, 1600).Select(i =>
        {
            var level = i < 800 ? random.Next(6) : 100 + random.Next(5000);
            return (string[])[.. Enumerable.Range(0, 5).Select(_ => $"{level + random.Next(3)}"), $"town{level % 9}"];
        }).DistinctBy(row => string.Join(',', row)).ToList();
        var natural = DuplicateRows.Find(TableOf(rows), Names);
        var count = rows.Count;
        for (var i = 0; i < 20; i++)
        {
            string[] copy = [.. rows[count - 1 - (10 * i)]];
            copy[i % 5] = rows[random.Next(count)][i % 5];
            rows.Add(copy);
        }

        var found = DuplicateRows.Find(TableOf(rows), Names);

        Assert.True(natural.Copies(exact: false).Length <= 8, $"{natural.Copies(exact: false).Length} natural rows named");
        var copies = Enumerable.Range(0, 20).Count(i => found.DuplicateOf[count + i] == count - 1 - (10 * i));
        Assert.True(copies >= 18, $"{copies} of 20 copies found");
        Assert.True(found.Copies(exact: false).Count(row => row < count) <= 8, "neighbours in the crowd were named");
    }

    [Fact]
    public void Rows_with_stray_decimals_point_to_the_row_they_stem_from_even_when_they_come_first()
    {
        var random = RandomStream.For(6, "stray");
        var whole = Enumerable.Range(0, 600).Select(_ => (string[])[.. Enumerable.Range(0, 5).Select(_ => $"{random.Next(100)}"), $"town{random.Next(9)}"]).ToList();
        var copies = Enumerable.Range(0, 12).Select(i => (string[])[.. whole[i][..5].Select(text => $"{double.Parse(text) + 0.1 + 0.2 * random.NextDouble():0.000}"), whole[i][5]]).ToArray();

        var found = DuplicateRows.Find(TableOf([.. copies, .. whole]), Names);

        Assert.All(Enumerable.Range(0, 12), i => Assert.Equal(12 + i, found.DuplicateOf[i]));
        Assert.Equal(12, found.Copies(exact: false).Length);
    }

    [Fact]
    public void Decimals_that_rows_have_by_nature_make_no_copies()
    {
        var random = RandomStream.For(7, "natural decimals");
        List<string[]> rows = [.. Enumerable.Range(0, 600).Select(i => (string[])
            [i % 20 == 0 ? $"{100 * random.NextDouble():0.000}" : $"{random.Next(100)}", .. Enumerable.Range(0, 4).Select(_ => $"{random.Next(100)}"), $"town{random.Next(9)}"])];

        Assert.True(DuplicateRows.Find(TableOf(rows), Names).Copies(exact: false).Length <= 3);
    }

    [Fact]
    public void The_same_seed_finds_the_same_copies()
    {
        var rows = Draw(Rows);
        for (var i = 0; i < 10; i++)
            rows.Add([rows[i][0], rows[i + 100][1], .. rows[i][2..]]);
        var table = TableOf(rows);

        Assert.Equal(DuplicateRows.Find(table, Names, seed: 3).DuplicateOf.ToArray(), DuplicateRows.Find(table, Names, seed: 3).DuplicateOf.ToArray());
    }

    [Fact]
    public void No_columns_and_unknown_columns_are_refused()
    {
        var table = TableOf(Draw(10));

        Assert.Throws<ArgumentException>(() => DuplicateRows.Find(table, []));
        Assert.Throws<ArgumentException>(() => DuplicateRows.Find(table, ["nowhere"]));
    }

    private static List<string[]> Draw(int count)
    {
        var random = RandomStream.For(1, "duplicate rows");
        return [.. Enumerable.Range(0, count).Select(_ => (string[])[.. Enumerable.Range(0, 5).Select(_ => $"{random.NextGaussian():R}"), $"town{random.Next(9)}"])];
    }

    private static Table TableOf(List<string[]> rows)
    {
        var columns = Names.Select((name, c) =>
        {
            string[] texts = [.. rows.Select(row => row[c]).Distinct()];
            var codeOf = texts.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
            var kind = c < 5 ? ColumnKind.Numeric : ColumnKind.Categorical;
            return new TableColumn(name, [.. rows.Select(row => codeOf[row[c]])], texts, [.. texts.Select(t => kind == ColumnKind.Numeric ? double.Parse(t) : double.NaN)], kind, "made so");
        });
        return new Table("made", [.. columns], [.. Enumerable.Range(0, rows.Count)], rows.Count);
    }
}
