using System.Text.Json.Nodes;
using Ballast.Learning.Tabular.Saving;
using Ballast.Tests.Check.Planted;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Checks;

/// <summary>A check that is stopped, killed or runs out of room leaves whole files or none.</summary>
public sealed class CheckInterruptedTests : IDisposable
{
    private static readonly string[] files = ["findings.json", "model.ballast", "report.html", "suggested.csv"];

    private readonly TemporaryFolder folder = new();
    private readonly string table;

    public CheckInterruptedTests() => table = SmallTables.Classes(400).WriteTo(folder.File("table.csv"));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Ctrl_C_at_any_stage_is_exit_code_130_and_leaves_nothing()
    {
        // The stages, counted by what is drawn on the terminal; stopped at the first and at seven more spread over all.
        var stages = new StageCounter(stopAt: int.MaxValue);
        Assert.Equal(0, Check(stages, "whole").ExitCode);
        Assert.True(stages.Seen >= 8, $"{stages.Seen} stages");

        foreach (var stage in Enumerable.Range(0, 8).Select(i => 1 + (i * (stages.Seen - 1) / 8)).Distinct())
        {
            var run = Check(new StageCounter(stage), "stopped");

            Assert.Equal(130, run.ExitCode);
            Assert.EndsWith("ballast: cancelled", run.Error.TrimEnd(), StringComparison.Ordinal);
            Assert.False(Directory.Exists(folder.File("stopped")), $"stage {stage}");
        }
    }

    [Fact]
    public void A_killed_run_leaves_whole_files_that_a_later_one_replaces()
    {
        var output = folder.File("out");
        var random = new Random(4);
        for (var kill = 0; kill < 4; kill++)
        {
            using var process = CheckProcess.Start(table, "y", output);
            process.KillAfter(TimeSpan.FromMilliseconds(random.Next(300, 3000)));
            AssertWhole(output);
        }

        Assert.Equal(0, ProgramRun.Of("check", table, "--target", "y", "--out", output, "--quiet").ExitCode);
        Assert.Equal(files, Directory.GetFiles(output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        AssertWhole(output);
    }

    [Fact]
    public void A_disk_that_fills_up_while_results_are_written_leaves_the_old_ones()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a shell that limits the size of files.");
        // suggested.csv is the largest file; the blanks make it exceed the limit (blocks of 512 bytes) that the probe and the other files keep.
        var large = SmallTables.Classes(400).With("kind", (_, cell) => cell + new string(' ', 12_000) + "x").WriteTo(folder.File("large.csv"));
        var output = Directory.CreateDirectory(folder.File("out")).FullName;
        foreach (var name in files)
            File.WriteAllText(Path.Combine(output, name), "old " + name);

        using var process = CheckProcess.StartAfter("trap '' XFSZ; ulimit -f 6000", large, "y", output);

        Assert.Equal(2, process.Wait());
        Assert.Contains("length was too large", process.Error, StringComparison.Ordinal);
        Assert.Single(process.Error.TrimEnd().Split('\n'), line => line.StartsWith("ballast: ", StringComparison.Ordinal) && !line.Contains("warning", StringComparison.Ordinal));
        Assert.Equal(files, Directory.GetFileSystemEntries(output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(files, name => Assert.Equal("old " + name, File.ReadAllText(Path.Combine(output, name))));
    }

    private static void AssertWhole(string output)
    {
        if (!Directory.Exists(output))
            return;
        if (File.Exists(Path.Combine(output, "findings.json")))
            Assert.NotNull(JsonNode.Parse(File.ReadAllText(Path.Combine(output, "findings.json")))!["remedies"]);
        if (File.Exists(Path.Combine(output, "suggested.csv")))
            Assert.Equal(400, CsvTable.Read(Path.Combine(output, "suggested.csv")).Rows.Count);
        if (File.Exists(Path.Combine(output, "report.html")))
            Assert.EndsWith("</html>", File.ReadAllText(Path.Combine(output, "report.html")).TrimEnd(), StringComparison.OrdinalIgnoreCase);
        if (File.Exists(Path.Combine(output, "model.ballast")))
            Assert.NotNull(ModelFile.Load(Path.Combine(output, "model.ballast")).Classifier);
    }

    private ProgramRun Check(StageCounter stages, string output)
    {
        var run = ProgramRun.With(
            host => host with { Error = stages, ErrorIsTerminal = true, Cancellation = stages.Cancellation },
            "check", table, "--target", "y", "--out", folder.File(output));
        return run with { Error = stages.ToString() };
    }

    /// <summary>A terminal that presses Ctrl-C when a certain redrawing of the progress line comes.</summary>
    private sealed class StageCounter(int stopAt) : StringWriter
    {
        private readonly CancellationTokenSource interruption = new();

        public int Seen { get; private set; }

        public CancellationToken Cancellation => interruption.Token;

        public override void Write(string? value)
        {
            base.Write(value);
            if (value is not null && value.Length > 6 && ++Seen == stopAt)
                interruption.Cancel();
        }
    }
}
