using System.Text.Json;
using Ballast.Core;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

public sealed class CheckCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_report_names_the_whole_command_and_what_remedies_do_to_the_ranking()
    {
        var output = Path.Combine(folder.Path, "out");

        var run = ProgramRun.Of("check", Write(rows: 240), "--target", "y", "--group", "home town", "--ignore", "b", "--seed", "3", "--out", output, "--json");

        Assert.Equal(0, run.ExitCode);
        using var report = JsonDocument.Parse(run.Output);
        string[] notes = [.. report.RootElement.GetProperty("notes").EnumerateArray().Select(note => note.GetString()!)];
        Assert.Contains(notes, note => note.StartsWith("SMOTE", StringComparison.Ordinal) && note.Contains("ROC AUC", StringComparison.Ordinal));
        Assert.Contains(notes, note => note.StartsWith("Class weights", StringComparison.Ordinal) && note.Contains("ROC AUC", StringComparison.Ordinal));
        var page = File.ReadAllText(Path.Combine(output, "report.html"));
        Assert.Contains("--target y --group &#39;home town&#39; --ignore b --seed 3", page.Replace("&#x27;", "&#39;", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_remedy_that_gains_and_is_not_used_says_why()
    {
        var run = ProgramRun.Of("check", Write(rows: 400), "--target", "y", "--out", Path.Combine(folder.Path, "out"), "--json");

        using var report = JsonDocument.Parse(run.Output);
        Assert.All(report.RootElement.GetProperty("remedies").EnumerateArray(), remedy =>
            Assert.Equal(remedy.GetProperty("chosen").GetBoolean(), remedy.GetProperty("note").GetString() == "gain"));
    }

    // One class in five, with overlap, so that moving the threshold pays.
    private string Write(int rows)
    {
        var random = RandomStream.For(7, "check command");
        var lines = new List<string> { "a,b,c,home town,y" };
        for (var i = 0; i < rows; i++)
        {
            var rare = i % 5 == 0;
            lines.Add(FormattableString.Invariant($"{random.NextDouble() + (rare ? 0.6 : 0):0.0000},{random.NextDouble():0.0000},{random.NextDouble() + (rare ? 0.3 : 0):0.0000},{(i % 2 == 0 ? "x" : "z")},{(rare ? "yes" : "no")}"));
        }
        var path = Path.Combine(folder.Path, "table.csv");
        File.WriteAllLines(path, lines);
        return path;
    }
}
