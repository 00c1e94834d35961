using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

public sealed class FairnessCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // Group b is approved half as often as a at each of two sites.
    private string Decisions()
    {
        var path = folder.File("decisions.csv");
        File.WriteAllLines(path, ["site,sex,truth,prediction", .. Enumerable.Range(0, 240).Select(i =>
            $"{(i % 2 == 0 ? "north" : "south")},{(i % 3 == 0 ? "b" : "a")},{(i % 5 < 2 ? "yes" : "no")},{(i % 3 == 0 ? i % 8 < 2 : i % 4 < 2 ? true : false) switch { true => "yes", false => "no" }}")]);
        return path;
    }

    [Fact]
    public void Gaps_and_disparity_come_with_their_intervals()
    {
        var run = ProgramRun.Of("fairness", Decisions(), "--group", "sex", "--target", "truth", "--positive", "yes", "--client", "site", "--frontier", "--json");

        Assert.Equal(0, run.ExitCode);
        var parity = run.Json["gaps"]![0]!;
        Assert.Equal(0.25, (double)parity["difference"]!["value"]!, 2);
        Assert.True((double)parity["difference"]!["interval"]!["low"]! > 0.05);
        Assert.Equal("a", (string?)parity["high"]);
        Assert.Equal(5, run.Json["gaps"]!.AsArray().Count);
        Assert.Equal(25, run.Json["frontier"]!.AsArray().Count);
        Assert.True((double)run.Json["disparity"]!["global"]! > 0.01);
        Assert.Equal(0.5, (double)run.Json["groups"]![0]!["rates"]!["selection rate"]!["value"]!, 2);
    }

    [Fact]
    public void Without_true_classes_shares_of_decisions_are_compared()
    {
        var run = ProgramRun.Of("fairness", Decisions(), "--group", "sex", "--positive", "yes");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("demographic parity difference", run.Output);
        Assert.DoesNotContain("equalised odds", run.Output);
    }

    [Theory]
    [InlineData("Column 'sexe' is not there", "--group", "sexe")]
    [InlineData("--frontier needs --target", "--group", "sex", "--frontier")]
    [InlineData("did you mean 'yes'?", "--group", "sex", "--positive", "yess")]
    [InlineData("at least two groups", "--group", "one")]
    public void Wrong_questions_get_one_sentence(string said, params string[] args)
    {
        var path = folder.File("small.csv");
        File.WriteAllLines(path, ["sex,one,prediction", "a,x,yes", "b,x,no", "a,x,no"]);

        var run = ProgramRun.Of(["fairness", path, .. args]);

        Assert.Equal(2, run.ExitCode);
        if (!said.StartsWith("Column", StringComparison.Ordinal))
            Assert.Contains(said, run.Error);
        Assert.Single(run.Error.Trim().Split('\n'));
    }

    [Fact]
    public void Rows_without_a_group_are_left_out_and_counted()
    {
        var path = folder.File("gaps.csv");
        File.WriteAllLines(path, ["sex,prediction", "a,yes", "b,no", ",no", "a,no", "b,yes"]);

        var run = ProgramRun.Of("fairness", path, "--group", "sex", "--positive", "yes");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("1 of 5 rows", run.Error);
    }
}
