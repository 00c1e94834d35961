using System.Text.Json.Nodes;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Check.Planted;

/// <summary>A planted weak slice through <c>check</c>, from end to end.</summary>
public sealed class PlantedSliceCheckTests(ITestOutputHelper log)
{
    private const int MaximumRows = 5000;

    private static (JsonNode Report, PlantedTable Planted, string Html, CsvTable Suggested) Check(string table, string target, int seed, bool slice)
    {
        var planted = Planter.Plant(CsvTable.Read(RealData.Require("tables/" + table)), target, new Planting { Seed = seed, MaxRows = MaximumRows, NoiseSlice = slice });
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("train.csv"), planted.Train.ToCsv());
        var run = ProgramRun.Of("check", folder.File("train.csv"), "--target", target, "--out", folder.File("out"), "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return (JsonNode.Parse(run.Output)!, planted, File.ReadAllText(folder.File("out/report.html")), CsvTable.Read(folder.File("out/suggested.csv")));
    }

    private static (double Overlap, int Found) Best(JsonNode report, PlantedTable planted)
    {
        var rows = report["findings"]!.AsArray().Where(f => (string)f!["check"]! == "weak-slice").Select(f => f!["rows"]!.AsArray().Select(row => (int)row!).ToHashSet()).ToArray();
        var truth = planted.Truth.Slice?.Rows.ToHashSet() ?? [];
        return (rows.Length == 0 ? 0 : rows[0].Intersect(truth).Count() / (double)rows[0].Union(truth).Count(), rows.Length);
    }

    [Fact]
    public void The_first_weak_slice_is_the_planted_one_and_its_rows_are_shown()
    {
        var (report, planted, html, suggested) = Check("mlc_churn.csv", "churn", seed: 1, slice: true);

        Assert.True(Best(report, planted).Overlap >= 0.5, $"{Best(report, planted)}");
        var finding = report["findings"]!.AsArray().First(f => (string)f!["check"]! == "weak-slice")!;
        var evidence = finding["evidence"]!;
        Assert.True((double)evidence["inside"]!["value"]! > (double)evidence["expected"]!);
        var rows = finding["rows"]!.AsArray().Select(row => (int)row!).ToHashSet();
        Assert.Subset(rows, evidence["example_rows"]!.AsArray().Select(row => (int)row!).ToHashSet());
        Assert.Contains($"<th scope=\"row\">{evidence["example_rows"]![0]}</th>", html, StringComparison.Ordinal);
        Assert.Contains("<h2 id=\"slices\">Slices</h2>", html, StringComparison.Ordinal);
        Assert.Contains((string)evidence["slice"]!, suggested.Column("ballast_slice"));
    }

    /// <summary>The figures of docs/slices.md for check; minutes.</summary>
    [Fact(Explicit = true)]
    public void Figures_through_check()
    {
        foreach (var (table, target) in ((string, string)[])[("mlc_churn.csv", "churn"), ("satellite.csv", "classes"), ("lending_club.csv", "Class"), ("spam.csv", "type"), ("credit_data.csv", "Status"), ("pima.csv", "diabetes")])
            for (var seed = 0; seed < 3; seed++)
            {
                var (report, planted, _, _) = Check(table, target, seed, slice: true);
                var (clean, unplanted, _, _) = Check(table, target, seed, slice: false);
                log.WriteLine($"{table} seed {seed}: planted {Best(report, planted)}, without {Best(clean, unplanted).Found}");
            }
    }
}
