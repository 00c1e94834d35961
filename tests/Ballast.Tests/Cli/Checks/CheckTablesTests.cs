using System.Text.Json.Nodes;
using Ballast.Tests.Check.Planted;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Checks;

/// <summary>Tables that look odd but can be judged, and the options that say how they are read.</summary>
public sealed class CheckTablesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_class_of_one_row_is_kept_and_said()
    {
        var report = Check(SmallTables.Classes(120).With("y", (r, cell) => r == 40 ? "maybe" : cell));

        Assert.Equal([1], report["classes"]!.AsArray().Where(c => (string)c!["name"]! == "maybe").Select(c => (int)c!["rows"]!));
        Assert.Contains(report["findings"]!.AsArray(), f => (string)f!["check"]! == "class-imbalance" && ((string)f["title"]!).Contains("'maybe'", StringComparison.Ordinal));
        Assert.DoesNotContain("Class 0", report["notes"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_row_that_differs_from_all_others_is_judged_and_no_remedy_is_tried()
    {
        var report = Check(SmallTables.Classes(120).With("y", (r, _) => r == 40 ? "yes" : "no"));

        Assert.Empty(report["remedies"]!.AsArray());
        Assert.Contains("No remedy could be tried. Training needs rows of two classes", report["notes"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_that_differ_in_case_alone_are_named()
    {
        var report = Check(SmallTables.Classes(120).With("y", (r, cell) => r % 20 == 0 ? "Group  " + cell.ToUpperInvariant() : "group " + cell));

        var findings = report["findings"]!.AsArray().Where(f => (string)f!["check"]! == "label-spelling").ToArray();
        Assert.Equal([1, 21, 41, 61, 81, 101], findings.SelectMany(f => f!["rows"]!.AsArray().Select(row => (int)row!)).Order());
        Assert.All(findings, f => Assert.Equal("medium", (string)f!["severity"]!));
    }

    [Fact]
    public void Of_many_even_classes_none_is_rare()
    {
        var report = Check(SmallTables.Classes(300).With("y", (r, _) => $"class {r % 30}"));

        Assert.DoesNotContain(report["findings"]!.AsArray(), f => ((string)f!["title"]!).StartsWith("Rare class", StringComparison.Ordinal));
    }

    [Fact]
    public void Empty_columns_and_values_that_are_not_finite_are_named()
    {
        string[] odd = ["NaN", "inf", "-inf", "1e400"];
        var report = Check(SmallTables.Classes(120).With("b", (_, _) => "").With("a", (r, cell) => r % 10 == 0 ? odd[r / 10 % 4] : cell));

        Assert.Equal(["b"], Finding(report, "missing-values")["columns"]!.AsArray().Select(name => (string)name!));
        Assert.Contains("Column 'a': 9 row(s) with infinite values or values beyond 3.4e38 count as missing (rows 11, 21, 31, 51", report["notes"]!.ToJsonString().Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_features_the_table_is_still_judged_for_what_can_be()
    {
        var report = Check(SmallTables.Classes(60).With("a", (_, _) => "").With("b", (_, _) => "7").With("kind", (_, _) => "x"), expectModel: false);

        Assert.Equal(3, report["findings"]!.AsArray().Count(f => (string)f!["check"]! is "missing-values" or "constant-column"));
        Assert.Contains("No column is left to predict from", report["notes"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_and_cells_that_look_like_markup_are_encoded_in_the_report()
    {
        const string Script = "<script>alert(1)</script>", Image = "<img src=x onerror=alert(2)>", Quote = "\"><svg onload=alert(3)>";
        var table = SmallTables.Classes(150).Named("a", Script, Quote, "y").With("y", (_, cell) => cell == "yes" ? Image : cell)
            .With(Quote, (r, cell) => r % 3 == 0 ? Image + r % 2 : cell);

        Check(table, "--group", Quote);

        var html = File.ReadAllText(folder.File("out/report.html"));
        Assert.All((string[])["<script", "<img", "<svg onload"], markup => Assert.DoesNotContain(markup, html, StringComparison.OrdinalIgnoreCase));
        Assert.Contains("&lt;script&gt;alert(1)", html, StringComparison.Ordinal);
        Assert.Contains("&lt;img src=x", html, StringComparison.Ordinal);
        Assert.Equal(table.Header, CsvTable.Read(folder.File("out/suggested.csv")).Header[..4]);
    }

    [Fact]
    public void Real_targets_get_the_checks_that_apply()
    {
        var table = SmallTables.Charges(400).With("charges", (r, cell) => r == 17 ? "900000.00" : cell);

        var report = Check(table, "charges", "--task", "regression", "--group", "smoker");

        Assert.Equal(("regression", "as asked by --task"), ((string)report["task"]!, (string)report["taskReason"]!));
        Assert.Contains(report["findings"]!.AsArray(), f => f!["rows"]!.AsArray().Any(row => (int)row! == 18) && ((string)f["columns"]![0]!) == "charges");
        Assert.Empty(report["classes"]!.AsArray());
        Assert.Equal("true", CsvTable.Read(folder.File("out/suggested.csv")).Column("ballast_suspect_label").ElementAt(17));
        var predicted = ProgramRun.Of("predict", folder.File("table.csv"), "--model", folder.File("out/model.ballast"), "--out", folder.File("p.csv"));
        Assert.Equal(0, predicted.ExitCode);
        Assert.Equal([.. table.Header, "prediction"], CsvTable.Read(folder.File("p.csv")).Header);
    }

    [Fact]
    public void A_group_that_fares_worse_is_found()
    {
        // Labels of k2 are random.
        var table = SmallTables.Classes(900).With("y", (_, cell) => cell);
        table = new CsvTable(table.Header, [.. table.Rows.Select((row, r) => row[2] == "k2" ? (string[])[row[0], row[1], "k2", r % 2 == 0 ? "yes" : "no"] : row)]);

        var gap = Finding(Check(table, "--group", "kind"), "group-gap");

        Assert.Equal(["kind"], gap["columns"]!.AsArray().Select(name => (string)name!));
        Assert.Contains("k2", gap["title"]! + gap["evidence"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_get_rates_gaps_and_a_frontier_that_no_predictor_passes()
    {
        var report = Check(SmallTables.Classes(900), "y", "--group", "kind");

        var groups = report["groups"]!;
        Assert.Equal(900, groups["groups"]!.AsArray().Sum(group => (int)group!["rows"]!));
        Assert.Contains(groups["gaps"]!.AsArray(), gap => (string)gap!["name"]! == "equalised odds difference");
        var frontier = groups["frontier"]!.AsArray();
        Assert.NotEmpty(frontier);
        var model = groups["disparity"]!;
        foreach (var (step, next) in frontier.Zip(frontier.Skip(1)))
            Assert.True((double)step!["accuracy"]! <= (double)next!["accuracy"]! + 1e-6);
        foreach (var step in frontier)
        {
            Assert.InRange((double)step!["accuracy"]!, 0.5, (double)step["anyPredictor"]! + 1e-6);
            if ((double)step["disparity"]! >= (double)model["bits"]!)
                Assert.True((double)step["accuracy"]! >= (double)model["accuracy"]! - 1e-6);
        }
    }

    [Fact]
    public void A_number_of_many_values_is_compared_by_quarters()
    {
        var report = Check(SmallTables.Classes(400), "y", "--group", "a");

        var names = report["groups"]!["groups"]!.AsArray().Select(group => (string)group!["name"]!).ToArray();
        Assert.Equal(4, names.Length);
        Assert.StartsWith("up to ", names[0], StringComparison.Ordinal);
        Assert.StartsWith("over ", names[^1], StringComparison.Ordinal);
        Assert.Contains("by quarters", report["notes"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_are_read_as_the_user_says()
    {
        var table = SmallTables.Classes(120);
        table = new CsvTable([.. table.Header, "code", "size"], [.. table.Rows.Select((row, r) => (string[])[.. row, $"{r % 4}", r % 3 == 0 ? "unknown" : r % 3 == 1 ? "large" : $"{r}"])]);

        var report = Check(table, "y", "--ignore", "b", "--categorical", "code", "--numeric", "size");

        JsonNode Column(string name) => report["columns"]!.AsArray().Single(c => (string)c!["name"]! == name)!;
        Assert.Equal("ignored", (string)Column("b")["use"]!);
        Assert.Equal("categorical", ((string)Column("code")["kind"]!).ToLowerInvariant());
        Assert.Equal("numeric", ((string)Column("size")["kind"]!).ToLowerInvariant());
        Assert.Contains("hold no number", report["notes"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_columns_are_judged()
    {
        const int Columns = 10_000;
        var random = Ballast.Core.RandomStream.For(1, "wide");
        var wide = new CsvTable(
            [.. Enumerable.Range(0, Columns).Select(j => $"c{j}"), "y"],
            [.. Enumerable.Range(0, 60).Select(r => (string[])[.. Enumerable.Range(0, Columns).Select(_ => random.NextDouble().ToString("0.###")), r % 2 == 0 ? "a" : "b"])]);

        var report = Check(wide);

        Assert.Equal(Columns + 1, report["columns"]!.AsArray().Count);
        Assert.True(new FileInfo(folder.File("out/report.html")).Length < 5_000_000);
    }

    [Fact]
    public void A_larger_table_than_asked_for_is_sampled_by_a_stated_rule()
    {
        var report = Check(SmallTables.Classes(3000), "y", "--max-rows", "400", "--seed", "7");

        Assert.Equal((3000, 400), ((int)report["totalRows"]!, (int)report["rows"]!));
        Assert.StartsWith("400 of 3,000 rows were drawn uniformly at random (seed 7)", (string)report["samplingRule"]!, StringComparison.Ordinal);
        var suggested = CsvTable.Read(folder.File("out/suggested.csv"));
        Assert.Equal((3000, 400), (suggested.Rows.Count, suggested.Column("ballast_label_quality").Count(cell => cell != "")));
        Assert.All(report["findings"]!.AsArray().SelectMany(f => f!["rows"]!.AsArray()), row => Assert.InRange((int)row!, 1, 3000));
    }

    [Fact]
    public void Two_million_rows_are_sampled_not_a_crash()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("BALLAST_LONG") == "1", "Set BALLAST_LONG=1 to run on 2,000,000 rows x 20 columns.");
        var path = folder.File("long.csv");
        using (var writer = new StreamWriter(path))
        {
            var random = Ballast.Core.RandomStream.For(1, "long");
            writer.WriteLine(string.Join(',', Enumerable.Range(0, 19).Select(j => $"c{j}")) + ",y");
            for (var r = 0; r < 2_000_000; r++)
            {
                var sum = 0.0;
                for (var j = 0; j < 18; j++)
                {
                    var value = random.NextDouble();
                    sum += j < 4 ? value : 0;
                    writer.Write($"{value:0.####},");
                }
                writer.WriteLine($"k{random.Next(5)},{(sum + (0.3 * random.NextGaussian()) > 2 ? "yes" : "no")}");
            }
        }

        var run = ProgramRun.Of("check", path, "--target", "y", "--out", folder.File("out"), "--json");

        Assert.Equal((0, 2_000_000, 100_000), (run.ExitCode, (int)run.Json["totalRows"]!, (int)run.Json["rows"]!));
        Assert.StartsWith("100,000 of 2,000,000 rows were drawn uniformly at random", (string)run.Json["samplingRule"]!, StringComparison.Ordinal);
        Assert.Equal(2_000_001, File.ReadLines(folder.File("out/suggested.csv")).LongCount());
    }

    private JsonNode Check(CsvTable table, string target = "y", params string[] options) => Check(table, target, expectModel: true, options);

    private JsonNode Check(CsvTable table, bool expectModel) => Check(table, "y", expectModel, []);

    private JsonNode Check(CsvTable table, string option, string value) => Check(table, "y", expectModel: true, option, value);

    private JsonNode Check(CsvTable table, string target, bool expectModel, params string[] options)
    {
        var run = ProgramRun.Of(["check", table.WriteTo(folder.File("table.csv")), "--target", target, "--out", folder.File("out"), "--json", .. options]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(expectModel, File.Exists(folder.File("out/model.ballast")));
        return run.Json;
    }

    private static JsonNode Finding(JsonNode report, string check) => report["findings"]!.AsArray().First(f => (string)f!["check"]! == check)!;
}
