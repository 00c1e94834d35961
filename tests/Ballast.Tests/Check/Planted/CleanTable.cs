using System.Globalization;
using Ballast.Core;

namespace Ballast.Tests.Check.Planted;

/// <summary>A made-up clean table with three numeric columns, a text column and three classes: enough to look into the generator itself.</summary>
internal static class CleanTable
{
    public static CsvTable Make(int rows)
    {
        var random = RandomStream.For(1, "clean table");
        string[] towns = ["Oslo", "Bergen", "Molde", "Bodø"];
        return new CsvTable(["age", "score", "income", "town", "label"], [.. Enumerable.Range(0, rows).Select(_ =>
        {
            var score = random.NextGaussian();
            return new[]
            {
                Text(40 + (30 * random.NextGaussian())), Text(score), Text(2000 + (900 * random.NextGaussian())),
                towns[random.Next(4)], score < -0.3 ? "low" : score < 0.5 ? "middle" : "high",
            };
        })]);
    }

    private static string Text(double value) => Math.Round(value, 6).ToString(CultureInfo.InvariantCulture);
}
