using System.Text.Json.Nodes;
using Ballast.Learning.Tabular.Saving;
using Ballast.Tests.Check.Planted;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Checks;

/// <summary>The files of one run on real data keep the contract of docs/findings.md.</summary>
public sealed class CheckOutputTests(CheckOutputTests.CreditRun credit) : IClassFixture<CheckOutputTests.CreditRun>
{
    [Fact]
    public void Findings_json_holds_every_property_of_the_contract_and_json_prints_the_same()
    {
        var report = JsonNode.Parse(File.ReadAllText(credit.File("findings.json")))!;

        Assert.Equal(0, credit.Run.ExitCode);
        Assert.Equal(File.ReadAllText(credit.File("findings.json")), credit.Run.Output);
        Assert.Empty(credit.Run.Error);
        Assert.Equal(
            ["classes", "columns", "findings", "formatVersion", "metrics", "model", "notes", "reliability", "remedies", "rows", "samplingRule", "seed", "source", "target", "task", "taskReason", "totalRows", "version"],
            report.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal));
        Assert.Equal((1, "Status", "classification", credit.Table.Rows.Count), ((int)report["formatVersion"]!, (string)report["target"]!, (string)report["task"]!, (int)report["rows"]!));
        Assert.NotEmpty(report["findings"]!.AsArray());
        string[] severities = ["high", "medium", "low", "info"];
        var order = report["findings"]!.AsArray().Select(f => Array.IndexOf(severities, (string)f!["severity"]!)).ToArray();
        Assert.Equal(order.Order(), order);
        Assert.Distinct(report["findings"]!.AsArray().Select(f => (string)f!["id"]!));
        Assert.All(report["findings"]!.AsArray(), finding =>
        {
            Assert.Equal(["action", "check", "columns", "evidence", "id", "rows", "severity", "title"], finding!.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal));
            Assert.StartsWith((string)finding["check"]! + "-", (string)finding["id"]!, StringComparison.Ordinal);
            Assert.All(finding["columns"]!.AsArray(), name => Assert.Contains((string)name!, credit.Table.Header));
            var rows = finding["rows"]!.AsArray().Select(row => (int)row!).ToArray();
            Assert.Equal(rows.Distinct().Order(), rows);
            Assert.All(rows, row => Assert.InRange(row, 1, credit.Table.Rows.Count));
            Assert.NotEmpty((string)finding["title"]! + (string)finding["action"]!);
        });
        Assert.NotEmpty(report["remedies"]!.AsArray());
        Assert.All(report["remedies"]!.AsArray(), remedy =>
        {
            Assert.Equal(["after", "before", "chosen", "interval", "metric", "name", "note"], remedy!.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal));
            if (remedy["before"] is not null)
                Assert.InRange((double)remedy["after"]! - (double)remedy["before"]!, (double)remedy["interval"]![0]! - 0.02, (double)remedy["interval"]![1]! + 0.02);
        });
    }

    [Fact]
    public void Suggested_csv_holds_every_row_in_its_order_and_five_columns_that_agree_with_the_findings()
    {
        var suggested = CsvTable.Read(credit.File("suggested.csv"));
        var findings = JsonNode.Parse(File.ReadAllText(credit.File("findings.json")))!["findings"]!.AsArray();

        Assert.Equal([.. credit.Table.Header, "ballast_suspect_label", "ballast_suggested_label", "ballast_label_quality", "ballast_duplicate_of", "ballast_slice"], suggested.Header);
        Assert.Equal(credit.Table.Rows.Count, suggested.Rows.Count);
        Assert.All(suggested.Rows.Zip(credit.Table.Rows), pair => Assert.Equal(pair.Second, pair.First[..credit.Table.Header.Length]));
        Assert.All(suggested.Column("ballast_suspect_label"), cell => Assert.Contains(cell, new[] { "true", "false" }));
        Assert.All(suggested.Column("ballast_label_quality"), cell => Assert.InRange(CsvTable.Number(cell), 0, 1));
        Assert.All(suggested.Column("ballast_duplicate_of").Select((cell, r) => (cell, r)).Where(p => p.cell != ""), p => Assert.InRange(int.Parse(p.cell), 1, p.r));
        var suspects = suggested.Column("ballast_suspect_label").Select((cell, r) => (cell, r)).Where(p => p.cell == "true").Select(p => p.r + 1).ToHashSet();
        var found = findings.Where(f => (string)f!["id"]! == "label-errors-1").SelectMany(f => f!["rows"]!.AsArray()).Select(row => (int)row!);
        Assert.Equal(suspects.Order(), found);
    }

    [Fact]
    public void The_report_needs_no_other_file_and_no_script()
    {
        var html = File.ReadAllText(credit.File("report.html"));

        Assert.StartsWith("<!doctype html>", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=\"http", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("<svg", html, StringComparison.Ordinal);
        Assert.Contains("Seniority", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_model_predicts_tables_of_other_shapes()
    {
        using var folder = new TemporaryFolder();
        var model = ModelFile.Load(credit.File("model.ballast"));
        // No target, columns turned round, one that the model does not know, and categories and gaps that it never met.
        var shuffled = credit.Table.Without(["Status"]);
        shuffled = new CsvTable(
            [.. shuffled.Header.Reverse(), "extra"],
            [.. shuffled.Rows.Take(50).Select((row, r) => (string[])[.. row.Reverse(), $"x{r}"])]);
        shuffled = shuffled.With("Home", (r, cell) => r % 5 == 0 ? "houseboat" : cell).With("Income", (r, cell) => r % 7 == 0 ? "" : cell);

        var run = ProgramRun.Of("predict", shuffled.WriteTo(folder.File("new.csv")), "--model", credit.File("model.ballast"), "--out", folder.File("p.csv"), "--json");

        Assert.Equal((0, 50), (run.ExitCode, (int)run.Json["rows"]!));
        Assert.Equal(["bad", "good"], model.Classifier!.ClassNames);
        var predicted = CsvTable.Read(folder.File("p.csv"));
        Assert.Equal([.. shuffled.Header, "prediction", "probability_bad", "probability_good"], predicted.Header);
        Assert.All(predicted.Column("prediction"), name => Assert.Contains(name, new[] { "bad", "good" }));
        Assert.All(predicted.Column("probability_bad").Zip(predicted.Column("probability_good")), pair => Assert.Equal(1, CsvTable.Number(pair.First) + CsvTable.Number(pair.Second), 1e-9));
        // Turning the columns round must not change a row's prediction.
        var straight = Path.Combine(folder.Path, "straight.csv");
        ProgramRun.Of("predict", credit.Table.WriteTo(folder.File("same.csv")), "--model", credit.File("model.ballast"), "--out", straight);
        Assert.Equal(CsvTable.Read(straight).Column("probability_bad").ElementAt(1), predicted.Column("probability_bad").ElementAt(1));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_also_on_another_number_of_threads()
    {
        using var folder = new TemporaryFolder();

        Assert.Equal(0, CheckProcess.Start(credit.Path, "Status", folder.File("one"), ("DOTNET_PROCESSOR_COUNT", "1")).Wait());

        foreach (var name in (string[])["findings.json", "suggested.csv", "model.ballast"])
            Assert.Equal(File.ReadAllBytes(credit.File(name)), File.ReadAllBytes(folder.File("one/" + name)));
    }

    [Fact]
    public void A_gate_fails_after_everything_is_written()
    {
        using var folder = new TemporaryFolder();
        var table = SmallTables.Classes(80).With("kind", (_, _) => "same").WriteTo(folder.File("t.csv"));

        int Gated(string severity)
        {
            var output = folder.File(severity);
            var code = ProgramRun.Of("check", table, "--target", "y", "--out", output, "--fail-on", severity, "--quiet").ExitCode;
            Assert.Equal(["findings.json", "model.ballast", "report.html", "suggested.csv"], Directory.GetFileSystemEntries(output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            return code;
        }

        Assert.Equal(1, Gated("low"));
        var worst = (string)JsonNode.Parse(File.ReadAllText(folder.File("low/findings.json")))!["findings"]![0]!["severity"]!;
        Assert.Equal(worst == "high" ? 1 : 0, Gated("high"));
    }

    /// <summary>One run of <c>check</c> on a seventh of the sample table, shared by the tests of this class.</summary>
    public sealed class CreditRun : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public CreditRun()
        {
            Table = SmallTables.Credit();
            Path = Table.WriteTo(folder.File("credit.csv"));
            Run = ProgramRun.Of("check", Path, "--target", "Status", "--out", folder.File("out"), "--json");
        }

        internal CsvTable Table { get; }

        internal string Path { get; }

        internal ProgramRun Run { get; }

        public string File(string name) => folder.File("out/" + name);

        public void Dispose() => folder.Dispose();
    }
}
