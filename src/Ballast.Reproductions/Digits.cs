using System.Globalization;
using Ballast.Core;

namespace Ballast.Reproductions;

/// <summary>The handwritten digits 8 x 8 of the real data's folder <c>digits</c>, values divided by 16.</summary>
/// <param name="Train">The rows whose column <c>test</c> is 0, in file order.</param>
/// <param name="Test">The 500 rows whose column <c>test</c> is 1.</param>
internal sealed record Digits(Dataset Train, Dataset Test)
{
    private const int Pixels = 64;

    public const string AbsentReason = "digits/digits.csv is not among the real data.";

    public static Digits? Find(string? dataFolder)
    {
        var path = dataFolder is null ? null : Path.Combine(dataFolder, "digits", "digits.csv");
        if (!File.Exists(path))
            return null;
        var rows = File.ReadLines(path).Skip(1).Where(line => line.Length > 0)
            .Select(line => Array.ConvertAll(line.Split(','), cell => int.Parse(cell, CultureInfo.InvariantCulture))).ToArray();
        return new Digits(Part(rows, test: 0), Part(rows, test: 1));
    }

    private static Dataset Part(int[][] rows, int test)
    {
        var chosen = rows.Index().Where(row => row.Item[Pixels + 1] == test).ToArray();
        return new Dataset(
            chosen.SelectMany(row => row.Item.Take(Pixels)).Select(value => value / 16f).ToArray(), chosen.Length, [], [Pixels],
            chosen.Select(row => row.Item[Pixels]).ToArray(), [.. Enumerable.Range(0, 10).Select(digit => digit.ToString(CultureInfo.InvariantCulture))],
            rowIds: chosen.Select(row => row.Index).ToArray());
    }
}
