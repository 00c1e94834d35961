using Ballast.Core;

namespace Ballast.Tests.Check.Planted;

/// <summary>Clean and planted columns side by side, the planted ones at random places.</summary>
internal sealed class ColumnSet
{
    private readonly List<PlantedRow> rows;
    private readonly List<string[]> test;
    private readonly Dictionary<string, string[]> values = [];
    private readonly string[] header;

    /// <summary>Draws the planted columns: for training rows from their given labels, for test rows from labels in random order.</summary>
    public ColumnSet(string[] cleanHeader, Planting planting, List<PlantedRow> rows, List<string[]> test, int target, string[] classes)
    {
        (CleanHeader, this.rows, this.test) = (cleanHeader, rows, test);
        var testLabels = test.Select(cells => cells[target]).ToArray();
        var order = cleanHeader.ToList();
        var spoiled = new Dictionary<string, SpoiledKind>();
        var places = rows.Select((row, r) => (row, r)).ToDictionary(pair => pair.row, pair => pair.r);
        for (var i = 0; i < planting.Columns.Count; i++)
        {
            var column = planting.Columns[i];
            var random = RandomStream.For(planting.Seed, "planting: column", i);
            var name = column.Name ?? SpoiledColumns.Name(column.Kind, random);
            while (order.Contains(name))
                name += "_";
            // Out of order with the test rows, a leak keeps its distribution and tells nothing.
            random.Shuffle(testLabels.AsSpan());
            var drawn = SpoiledColumns.Draw(column, [.. rows.Select(row => row.Cells[target]), .. testLabels], classes, random);
            if (!SpoiledColumns.IsId(column.Kind) || planting.Identity == CopyIdentity.Same)
                foreach (var row in rows.Where(row => row.Original is not null))
                    drawn[places[row]] = drawn[places[row.Original!]];
            values[name] = drawn;
            spoiled[name] = column.Kind;
            order.Insert(random.Next(order.Count + 1), name);
        }
        (header, Spoiled) = ([.. order], spoiled);
    }

    public string[] CleanHeader { get; }

    public IReadOnlyDictionary<string, SpoiledKind> Spoiled { get; }

    public CsvTable Train() => Assemble([.. rows.Select(row => row.Cells)], first: 0);

    public CsvTable Test() => Assemble(test, first: rows.Count);

    private CsvTable Assemble(List<string[]> cells, int first)
    {
        var clean = CleanHeader.Select((name, c) => (name, c)).ToDictionary(pair => pair.name, pair => pair.c);
        return new CsvTable(header, [.. cells.Select((row, r) => header.Select(name => clean.TryGetValue(name, out var c) ? row[c] : values[name][first + r]).ToArray())]);
    }
}
