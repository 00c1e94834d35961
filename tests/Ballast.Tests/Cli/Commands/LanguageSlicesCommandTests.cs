using System.Globalization;
using Ballast.Core;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

public sealed class LanguageSlicesCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // The sick are found where a tube shows; the note says so, the number carries it.
    private string Table(double reliance)
    {
        var random = RandomStream.For(8, "language slices command");
        var path = folder.File("notes.csv");
        File.WriteAllLines(path, ["density,ward,note,truth,prediction", .. Enumerable.Range(0, 1600).Select(i =>
        {
            var (sick, tube) = (random.Next(2) == 1, random.Next(2) == 1);
            var right = random.NextDouble() < (sick && !tube ? 0.95 - reliance : 0.95);
            return string.Create(CultureInfo.InvariantCulture,
                $"{(tube ? 2 : 0) + random.NextGaussian() / 2:0.000},{"north south".Split(' ')[random.Next(2)]},\"Case {i}. {(tube ? "There is a tube" : "Lines are absent")}, view {random.Next(9)}.\",{(sick ? "sick" : "well")},{(sick == right ? "sick" : "well")}");
        })]);
        return path;
    }

    [Fact]
    public void The_notes_name_the_slice()
    {
        var run = ProgramRun.Of("slices", Table(0.6), "--target", "truth", "--finder", "language", "--text", "note", "--json");

        Assert.Equal(0, run.ExitCode);
        var slice = run.Json["slices"]![0]!;
        Assert.Matches("^'sick' (without \".*tube\"|with \".*(lines|absent).*\")$", (string)slice["description"]!);
        Assert.InRange((double)slice["inside"]!["value"]!, 0.3, 0.75);
        Assert.True((double)slice["adjustedPValue"]! < 1e-4);
    }

    [Fact]
    public void Without_notes_the_columns_are_the_words()
    {
        var run = ProgramRun.Of("slices", Table(0.6), "--target", "truth", "--finder", "language");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches("'sick' with(out)? \".*density", run.Output);
    }

    [Fact]
    public void Without_a_bias_nothing_is_named()
    {
        var run = ProgramRun.Of("slices", Table(0), "--target", "truth", "--finder", "language", "--text", "note");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("No slice is worse", run.Output);
    }

    [Theory]
    [InlineData("did you mean 'note'", "--finder", "language", "--text", "notes")]
    [InlineData("--text is for --finder language", "--text", "note")]
    public void Wrong_questions_get_one_sentence(string said, params string[] args)
    {
        var run = ProgramRun.Of(["slices", Table(0), "--target", "truth", .. args]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, run.Error);
    }
}
