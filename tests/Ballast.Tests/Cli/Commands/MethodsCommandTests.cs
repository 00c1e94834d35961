using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

public sealed class MethodsCommandTests
{
    [Fact]
    public void Json_holds_the_entries_that_match_every_word()
    {
        var run = ProgramRun.Of("methods", "minority", "CHAWLA", "--json");

        var entry = Assert.Single(run.Json["methods"]!.AsArray())!;
        Assert.Equal("smote", (string)entry["slug"]!);
        Assert.True((bool)entry["isBuilt"]!);
    }

    [Fact]
    public void A_query_that_matches_nothing_says_so()
    {
        var run = ProgramRun.Of("methods", "zzzz");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("No method matches 'zzzz'.", run.Output, StringComparison.Ordinal);
    }
}
