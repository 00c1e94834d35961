using Ballast.Cli.Commands;
using Ballast.Cli.Shell;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

public sealed class RunsCommandTests : IDisposable
{
    private readonly TemporaryFolder home = new();

    public void Dispose() => home.Dispose();

    [Fact]
    public void Without_runs_it_says_so_and_makes_no_store()
    {
        var run = Ballast("runs");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("No runs are kept yet.", run.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(home.Path));
    }

    [Fact]
    public void A_run_is_listed_shown_and_compared()
    {
        Ballast("work", "--seed", "1");
        Ballast("work", "--seed", "2");

        var list = Ballast("runs", "--json").Json["runs"]!.AsArray();
        var shown = Ballast("runs", "show", "2", "--json").Json;
        var compared = Ballast("runs", "compare", "1", "2", "--json").Json;

        Assert.Equal([2, 1], list.Select(run => (int)run!["id"]!));
        Assert.Equal(2, (int)shown["seed"]!);
        Assert.Equal(["work", "--seed", "2"], shown["arguments"]!.AsArray().Select(argument => (string)argument!));
        Assert.Equal(5, (int)shown["exitCode"]!);
        Assert.EndsWith("out.csv", (string)shown["artefacts"]![0]!, StringComparison.Ordinal);
        Assert.Equal(10.0, (double)compared["metrics"]![0]!["difference"]!);
        Assert.Contains("+10", Ballast("runs", "compare", "1", "2").Output, StringComparison.Ordinal);
        Assert.Contains("out.csv", Ballast("runs", "show", "1").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_that_does_not_exist_is_bad_usage()
    {
        Ballast("work");

        var run = Ballast("runs", "show", "9");

        Assert.Equal((2, "ballast: There is no run 9; 'ballast runs' lists them."), (run.ExitCode, run.Error.TrimEnd()));
    }

    private ProgramRun Ballast(params string[] args)
    {
        var work = new Verb("work", "Works.", session =>
        {
            session.Record.Metric("score", session.Seed * 10);
            session.Record.Artefact("out.csv");
            return 5;
        });
        return ProgramRun.With(host => host with { Variable = name => name == "BALLAST_HOME" ? home.Path : null }, [work, RunsCommand.Create()], args);
    }
}
