using Ballast.Exchange.Networks;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

/// <summary>What <c>attack</c> and <c>certify</c> refuse alike, with nothing written.</summary>
public sealed class RobustnessRefusalTests
{
    [Theory]
    [InlineData("attack", "-0.1")]
    [InlineData("attack", "1.5")]
    [InlineData("attack", "NaN")]
    [InlineData("certify", "-0.1")]
    [InlineData("certify", "1.5")]
    [InlineData("certify", "NaN")]
    public void A_radius_that_is_negative_or_larger_than_the_range_is_refused(string verb, string epsilon)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("points.csv"), "mine");

        var run = EightImages.Run(verb, folder, (graph, x) => x, $"--eps={epsilon}", "--out", folder.File("points.csv"));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--eps", run.Error, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(folder.File("points.csv")));
    }

    [Theory]
    [InlineData("attack")]
    [InlineData("certify")]
    public void A_weight_that_is_no_number_is_named(string verb)
    {
        using var folder = new TemporaryFolder();

        var run = EightImages.Run(verb, folder, (graph, x) => graph.Linear("broken", x, new GraphTensor("broken.weight", [2, 2], new[] { 1f, float.NaN, 0f, 1f })), "--eps", "0.1");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("broken", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("attack")]
    [InlineData("certify")]
    public void A_class_that_is_no_output_is_refused(string verb)
    {
        using var folder = new TemporaryFolder();
        EightImages.Write(folder, (graph, x) => x, [0, 0, 0, 0, 1, 1, 1, 2]);

        var run = EightImages.RunWritten(verb, folder, "--eps", "0.1");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("class '2'", run.Error, StringComparison.Ordinal);
    }
}
