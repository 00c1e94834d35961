using Ballast.Core;
using Ballast.Data.Duplicates;
using Ballast.Data.Reading;

namespace Ballast.Tests.Data.Duplicates;

/// <summary>Rows on a grid, where most differ in one cell from another by nature, so that only a column that is not compared tells copies.</summary>
public sealed class WitnessedPairsTests
{
    private const int Rows = 1500;
    private const int Copies = 30;
    private const int Width = 6;
    private static readonly string[] Compared = [.. Enumerable.Range(0, Width).Select(c => $"x{c}")];

    [Fact]
    public void Copies_with_a_changed_cell_are_found_by_the_identifier_they_share()
    {
        var rows = WithCopies();
        string[] ids = [.. rows.Select((_, i) => $"{(i < Rows ? i : i - Rows)}")];

        var alone = DuplicateRows.Find(TableOf(rows, ids), Compared);
        var found = DuplicateRows.Find(TableOf(rows, ids), Compared, ["witness"], "label");

        Assert.True(Found(alone) < Copies / 2, $"{Found(alone)} found without the identifier");
        Assert.Equal(Copies, Found(found));
        Assert.Equal(Copies, found.Copies(exact: false).Length);
    }

    [Fact]
    public void A_leak_that_rows_of_a_class_share_by_chance_tells_copies_from_neighbours()
    {
        var rows = WithCopies();
        var random = RandomStream.For(3, "leak");
        string[] leak = [.. rows.Select(row => $"{int.Parse(row[0]) % 3 + (0.1 * random.NextGaussian()):0.0000}")];
        for (var i = 0; i < Copies; i++)
            leak[Rows + i] = leak[i];

        var found = DuplicateRows.Find(TableOf(rows, leak), Compared, ["witness"], "label");

        Assert.Equal(Copies, Found(found));
        Assert.True(found.Copies(exact: false).Length <= 1.2 * Copies, $"{found.Copies(exact: false).Length} rows named");
    }

    [Theory]
    [InlineData("of its own for each row")]
    [InlineData("one of five values")]
    [InlineData("told by a compared column")]
    [InlineData("told by all compared columns but one")]
    [InlineData("names records seen several times")]
    public void A_column_that_tells_nothing_of_copies_makes_none(string witness)
    {
        var rows = Grid();
        var random = RandomStream.For(4, witness);
        string[] values = witness switch
        {
            "of its own for each row" => [.. rows.Select((_, i) => $"{i}")],
            "one of five values" => [.. rows.Select(_ => $"{random.Next(5)}")],
            "told by a compared column" => [.. rows.Select(row => row[2])],
            "told by all compared columns but one" => [.. rows.Select(row => string.Join('/', row[..(Width - 1)]))],
            _ => [.. rows.Select((_, i) => $"{i / 3}")],
        };

        var without = DuplicateRows.Find(TableOf(rows, values), Compared);
        var with = DuplicateRows.Find(TableOf(rows, values), Compared, ["witness"], "label");

        Assert.True(with.Copies(exact: false).Length <= without.Copies(exact: false).Length + 2, $"{with.Copies(exact: false).Length} against {without.Copies(exact: false).Length}");
    }

    [Fact]
    public void The_same_seed_gives_the_same_copies()
    {
        var rows = WithCopies();
        var table = TableOf(rows, [.. rows.Select((_, i) => $"{i % Rows}")]);

        Assert.Equal(
            DuplicateRows.Find(table, Compared, ["witness"], "label", seed: 5).DuplicateOf.ToArray(),
            DuplicateRows.Find(table, Compared, ["witness"], "label", seed: 5).DuplicateOf.ToArray());
    }

    private static int Found(DuplicateRows found) => Enumerable.Range(0, Copies).Count(i => found.DuplicateOf[Rows + i] == i);

    private static List<string[]> Grid()
    {
        var random = RandomStream.For(2, "grid");
        return [.. Enumerable.Range(0, 3 * Rows).Select(_ => (string[])[.. Enumerable.Range(0, Width).Select(_ => $"{random.Next(4)}")])
            .DistinctBy(row => string.Join(',', row)).Take(Rows)];
    }

    private static List<string[]> WithCopies()
    {
        var rows = Grid();
        var known = rows.Select(row => string.Join(',', row)).ToHashSet();
        var random = RandomStream.For(2, "copies");
        while (rows.Count < Rows + Copies)
        {
            string[] copy = [.. rows[rows.Count - Rows]];
            copy[random.Next(Width)] = $"{random.Next(8)}";
            if (known.Add(string.Join(',', copy)))
                rows.Add(copy);
        }
        return rows;
    }

    private static Table TableOf(List<string[]> rows, string[] witness)
    {
        var columns = Compared.Select((name, c) => Column(name, [.. rows.Select(row => row[c])], ColumnKind.Numeric))
            .Append(Column("witness", witness, ColumnKind.Text))
            .Append(Column("label", [.. rows.Select(row => $"{int.Parse(row[0]) % 3}")], ColumnKind.Categorical));
        return new Table("made", [.. columns], [.. Enumerable.Range(0, rows.Count)], rows.Count);
    }

    private static TableColumn Column(string name, string[] cells, ColumnKind kind)
    {
        string[] texts = [.. cells.Distinct()];
        var codeOf = texts.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        return new TableColumn(name, [.. cells.Select(cell => codeOf[cell])], texts, [.. texts.Select(t => kind == ColumnKind.Numeric ? double.Parse(t) : double.NaN)], kind, "made so");
    }
}
