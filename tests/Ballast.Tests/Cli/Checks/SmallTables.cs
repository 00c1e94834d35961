using System.Globalization;
using Ballast.Core;
using Ballast.Tests.Check.Planted;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Checks;

/// <summary>Small tables that <c>check</c> takes a second or two for.</summary>
internal static class SmallTables
{
    /// <summary>Every seventh row of the sample table: real data, 636 rows.</summary>
    public static CsvTable Credit()
    {
        var table = CsvTable.Read(Path.Combine(GoldenFiles.TestsFolder(), "..", "..", "samples", "credit_data.csv"));
        return new CsvTable(table.Header, [.. table.Rows.Where((_, r) => r % 7 == 0)]);
    }

    /// <summary>Two numbers a and b, a category kind, and the class y, "yes" where a + b + noise is positive.</summary>
    public static CsvTable Classes(int rows, int seed = 1)
    {
        var random = RandomStream.For(seed, "small table");
        return new CsvTable(["a", "b", "kind", "y"], [.. Enumerable.Range(0, rows).Select(_ =>
        {
            var (a, b) = (random.NextGaussian(), random.NextGaussian());
            return new[] { Text(a), Text(b), $"k{random.Next(3)}", a + b + (0.3 * random.NextGaussian()) > 0 ? "yes" : "no" };
        })]);
    }

    /// <summary>Insurance charges: age, body mass, children, smoker, region, and the charge they make, to the cent.</summary>
    public static CsvTable Charges(int rows)
    {
        var random = RandomStream.For(1, "charges");
        return new CsvTable(["age", "bmi", "children", "smoker", "region", "charges"], [.. Enumerable.Range(0, rows).Select(_ =>
        {
            var (age, bmi, children, smokes) = (18 + random.Next(47), 30 + (6 * random.NextGaussian()), random.Next(5), random.Next(5) == 0);
            var charges = 2000 + (250 * age) + (smokes ? 1400 * Math.Max(0, bmi - 15) : 0) + (500 * children) + (900 * Math.Abs(random.NextGaussian()));
            return new[] { $"{age}", Text(bmi), $"{children}", smokes ? "yes" : "no", $"area {random.Next(4)}", charges.ToString("0.00", CultureInfo.InvariantCulture) };
        })]);
    }

    /// <summary>The table with a column's cells changed.</summary>
    public static CsvTable With(this CsvTable table, string column, Func<int, string, string> change)
    {
        var c = table.IndexOf(column);
        return new CsvTable(table.Header, [.. table.Rows.Select((row, r) => row.Select((cell, j) => j == c ? change(r, cell) : cell).ToArray())]);
    }

    /// <summary>The table with other column names.</summary>
    public static CsvTable Named(this CsvTable table, params string[] header) => new(header, table.Rows);

    public static string WriteTo(this CsvTable table, string path)
    {
        File.WriteAllText(path, table.ToCsv());
        return path;
    }

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
