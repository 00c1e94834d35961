using Ballast.Cli.Commands;
using Ballast.Reproductions;
using Ballast.Reproductions.Catalogue;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

public sealed class ReproduceCommandTests
{
    private static readonly ClaimResult Held = new("a | b <i>", "0.5", "0.51 ± 0.01", ClaimOutcome.Holds);
    private static readonly ClaimResult Missed = new("c", "1", "2", ClaimOutcome.DoesNotHold, "seed-dependent");

    [Fact]
    public void A_claim_that_does_not_hold_is_exit_code_1_and_said_so()
    {
        var run = Reproduce([new Fixed("smote", Held, Missed)], "smote");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("does not hold", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_holds_every_claim_with_the_seed()
    {
        var run = Reproduce([new Fixed("smote", Held), new Fixed("label-errors", Held with { Outcome = ClaimOutcome.Skipped })], "--all", "--json", "--seed", "3");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(3, (int)run.Json["seed"]!);
        Assert.Equal(["holds", "skipped"], run.Json["reproductions"]!.AsArray().Select(result => (string)result!["claims"]![0]!["outcome"]!));
    }

    [Fact]
    public void The_page_is_written_with_markup_escaped()
    {
        using var folder = new TemporaryFolder();

        Reproduce([new Fixed("smote", Held, Missed)], "--all", "--write", folder.File("page.md"));

        var page = File.ReadAllText(folder.File("page.md"));
        Assert.Contains("| a \\| b &lt;i> | 0.5 | 0.51 ± 0.01 | holds |", page, StringComparison.Ordinal);
        Assert.Contains("| c | 1 | 2 (seed-dependent) | does not hold |", page, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("Name the methods to reproduce, or give --all.")]
    [InlineData("Name the methods to reproduce, or give --all.", "smote", "--all")]
    [InlineData("There is no method 'smotte'; did you mean 'smote'?", "smotte")]
    [InlineData("'ef21' has no reproduction yet.", "ef21")]
    [InlineData("There is no folder 'nowhere'.", "smote", "--data", "nowhere")]
    public void Bad_usage_is_one_sentence(string sentence, params string[] args)
    {
        var run = Reproduce([new Fixed("smote", Held)], args);

        Assert.Equal((2, $"ballast: {sentence}"), (run.ExitCode, run.Error.TrimEnd()));
    }

    [Fact]
    public void Every_registered_reproduction_is_of_a_built_method_and_registered_once()
    {
        var slugs = ReproductionRegistry.All.Select(reproduction => reproduction.Slug).ToArray();

        Assert.Equal(slugs.Order(StringComparer.Ordinal).Distinct(), slugs);
        Assert.All(slugs, slug => Assert.True(MethodCatalogue.Get(slug).IsBuilt));
    }

    private static ProgramRun Reproduce(IReadOnlyList<IReproduction> reproductions, params string[] args) =>
        ProgramRun.With(host => host, [ReproduceCommand.Create(reproductions)], ["reproduce", .. args]);

    private sealed class Fixed(string slug, params ClaimResult[] claims) : IReproduction
    {
        public string Slug => slug;

        public IReadOnlyList<ClaimResult> Run(ReproductionContext context) => claims;
    }
}
