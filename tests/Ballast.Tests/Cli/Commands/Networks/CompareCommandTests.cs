using System.Text.Json.Nodes;
using Ballast.Core;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands.Networks;

/// <summary><c>train --compare</c>: figures of several candidates on one split.</summary>
public sealed class CompareCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Candidates_on_images_are_judged_with_intervals_over_seeds()
    {
        var images = ImageSamples.Folder(folder, "images", 30, 20, 10);

        var run = Compare(images, "--epochs", "3", "--batch", "8", "--seeds", "2", "--compare", "ce", "balanced-softmax@sqrt", "ce+crt:epochs=2", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["ce", "balanced-softmax@sqrt", "ce+crt:epochs=2"], Candidates(run).Select(candidate => (string)candidate["name"]!));
        Assert.Equal(["many", "medium", "few"], run.Json["groups"]!.AsObject().Select(group => group.Key));
        Assert.Equal("owl", (string)run.Json["groups"]!["few"]![0]!);
        foreach (var candidate in Candidates(run))
        {
            Assert.Equal(["cat", "dog", "owl"], candidate["recall"]!.AsObject().Select(pair => pair.Key));
            AssertEstimate(candidate["balancedAccuracy"]!);
            AssertEstimate(candidate["macroF1"]!);
            Assert.All(candidate["recall"]!.AsObject(), pair => AssertEstimate(pair.Value!));
            AssertEstimate(candidate["shots"]!["few"]!);
        }
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("resnet")]
    [InlineData("auto")]
    public void Candidates_on_a_table_are_judged_alike_and_repeat_exactly(string kind)
    {
        var table = Table(90, 25, 6);
        string[] Arguments(int seeds) => ["--target", "class", "--model-kind", kind, "--epochs", "4", "--compare", "ce,logit-adjusted", "ldam-drw", "--seeds", $"{seeds}", "--json"];

        var run = Compare(table, Arguments(1));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["ce", "logit-adjusted", "ldam-drw"], Candidates(run).Select(candidate => (string)candidate["name"]!));
        Assert.All(Candidates(run), candidate => AssertEstimate(candidate["balancedAccuracy"]!));
        Assert.Equal(run.Output, Compare(table, Arguments(1)).Output);
    }

    [Fact]
    public void The_table_of_figures_names_classes_and_their_rows()
    {
        var run = Compare(ImageSamples.Folder(folder, "images", 20, 20), "--epochs", "2", "--batch", "8", "--augment", "flip", "--seeds", "1", "--compare", "ce", "focal:gamma=2");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("28 training and 6 test rows, 1 seed; intervals are bootstrap intervals over test rows.", run.Output, StringComparison.Ordinal);
        Assert.Contains("balanced accuracy", run.Output, StringComparison.Ordinal);
        Assert.Contains("recall of cat (n=14)", run.Output, StringComparison.Ordinal);
        Assert.Contains("focal:gamma=2", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("at least two candidates", "--compare", "ce")]
    [InlineData("did you mean 'balanced-softmax'?", "--compare", "ce", "balanced-sofmax")]
    [InlineData("There is no sampler 'squrt'; did you mean 'sqrt'?", "--compare", "ce", "ce@squrt")]
    [InlineData("There is no method 'cr'; did you mean 'crt'?", "--compare", "ce", "ce+cr")]
    [InlineData("--seeds must be greater than 0", "--compare", "ce", "focal", "--seeds", "0")]
    [InlineData("--loss does not go with --compare", "--compare", "ce", "focal", "--loss", "ce")]
    [InlineData("--checkpoints does not go with --compare", "--compare", "ce", "focal", "--checkpoints", "here")]
    [InlineData("--out does not go with --compare", "--compare", "ce", "focal", "--out", "m.safetensors")]
    [InlineData("give --test a share above 0", "--compare", "ce", "focal", "--test", "0")]
    [InlineData("needs validation rows", "--compare", "ce", "ce+tau-norm", "--validation", "0")]
    [InlineData("--seeds goes with --compare", "--seeds", "2")]
    public void Comparisons_that_cannot_be_are_refused(string sentence, params string[] options)
    {
        var run = ProgramRun.Of(["train", ImageSamples.Folder(folder, "images", 8, 8), "--epochs", "1", .. options]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(Directory.Exists("here"));
    }

    [Theory]
    [InlineData("--compare needs classes, but 'x' holds numbers", "--target", "x")]
    [InlineData("--compare compares networks, and trees is none", "--target", "class", "--model-kind", "trees")]
    [InlineData("--folds does not go with --compare", "--target", "class", "--folds", "3")]
    [InlineData("--class-weights does not go with --compare", "--target", "class", "--class-weights")]
    public void Comparisons_of_a_table_that_cannot_be_are_refused(string sentence, params string[] options)
    {
        var run = Compare(Table(20, 20), ["--compare", "ce", "focal", .. options]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private static ProgramRun Compare(string data, params string[] options) => ProgramRun.Of(["train", data, .. options]);

    private static JsonNode[] Candidates(ProgramRun run) => [.. run.Json["candidates"]!.AsArray().Select(candidate => candidate!)];

    private static void AssertEstimate(JsonNode estimate)
    {
        var (low, high) = ((double)estimate["interval"]!["low"]!, (double)estimate["interval"]!["high"]!);
        Assert.InRange((double)estimate["value"]!, low - 1e-12, high + 1e-12);
        Assert.True(low >= 0 && high <= 1);
    }

    private string Table(params int[] counts)
    {
        var random = RandomStream.For(4, "compare");
        var rows = counts.SelectMany((count, k) => Enumerable.Range(0, count).Select(_ => $"{random.NextGaussian() + k:0.###},{random.NextGaussian():0.###},{"abc"[k]}"));
        File.WriteAllLines(folder.File("table.csv"), ["x,y,class", .. rows]);
        return folder.File("table.csv");
    }
}
