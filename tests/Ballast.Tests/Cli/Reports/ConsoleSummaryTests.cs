using Ballast.Cli.Checks;
using Ballast.Cli.Reports;
using Ballast.Tests.Shared;
using Spectre.Console.Testing;

namespace Ballast.Tests.Cli.Reports;

public sealed class ConsoleSummaryTests
{
    [Theory]
    [InlineData(nameof(SampleReports.Ordinary), "summary.txt")]
    [InlineData(nameof(SampleReports.Empty), "summary-empty.txt")]
    [InlineData(nameof(SampleReports.ManyRows), "summary-sampled.txt")]
    public void The_summary_reads_as_it_was_written_down(string name, string file)
    {
        var expected = File.ReadAllText(Path.Combine(GoldenFiles.FixturesFolder, "Reports", file));

        Assert.Equal(expected, Summary(SampleReports.Named(name), ["check/report.html", "check/findings.json", "check/suggested.csv", "check/model.ballast"]));
    }

    [Fact]
    public void Markup_and_controls_in_names_reach_the_terminal_as_text()
    {
        var summary = Summary(SampleReports.HostileEverywhere, [SampleReports.Hostile]);

        Assert.DoesNotContain(summary, c => char.IsControl(c) && c != '\n');
        Assert.DoesNotContain('\u202E', summary);
        Assert.Contains("[red]x[/]", summary, StringComparison.Ordinal);
        Assert.Contains("<script>alert(1)</script>", summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_findings_the_worst_twenty_are_shown_and_the_rest_counted()
    {
        var low = SampleReports.Ordinary.Findings[3];
        var report = SampleReports.Ordinary with { Findings = [.. Enumerable.Repeat(low, 30), SampleReports.Ordinary.Findings[0]] };

        var summary = Summary(report, []);

        Assert.Contains("recoveries", summary, StringComparison.Ordinal);
        Assert.Contains("11 more in findings.json and report.html.", summary, StringComparison.Ordinal);
    }

    private static string Summary(CheckReport report, string[] files)
    {
        using var console = new TestConsole();
        console.Profile.Width = 110;
        ConsoleSummary.Write(report, console, files);
        return string.Join('\n', console.Lines.Select(line => line.TrimEnd())) + "\n";
    }
}
