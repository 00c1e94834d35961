using Ballast.Core;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

public sealed class EvaluateCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ballast-evaluate-");

    public void Dispose() => folder.Delete(recursive: true);

    private string Write(string name, params string[] lines)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    private string Scores() => Write("scores.csv", ["y,score", .. Enumerable.Range(0, 60).Select(i => $"{(i % 4 == 0 ? "bad" : "good")},{(i % 4 == 0 ? 0.4 : 0.1) + i / 200.0}")]);

    [Fact]
    public void Scores_of_a_positive_label_give_every_metric_with_its_interval()
    {
        var run = ProgramRun.Of("evaluate", Scores(), "--labels", "y", "--scores", "score", "--positive", "bad", "--threshold", "0.45", "--json");

        Assert.Equal(0, run.ExitCode);
        var recall = run.Json["metrics"]!["recall"]!;
        Assert.Equal(12 / 15.0, (double)recall["value"]!, 12);
        Assert.InRange((double)recall["low"]!, 0.4, 0.8);
        Assert.NotNull(run.Json["metrics"]!["roc_auc"]!["high"]);
        Assert.Equal(60, (int)run.Json["rows"]!);
    }

    [Fact]
    public void Scores_that_can_be_probabilities_are_judged_as_such_and_others_are_not()
    {
        var wide = Write("wide.csv", ["y,score", .. Enumerable.Range(0, 60).Select(i => $"{(i % 4 == 0 ? "bad" : "good")},{(i % 4 == 0 ? 4 : 1) + i / 20.0}")]);

        var probabilities = ProgramRun.Of("evaluate", Scores(), "--labels", "y", "--scores", "score", "--positive", "bad", "--json");
        var margins = ProgramRun.Of("evaluate", wide, "--labels", "y", "--scores", "score", "--positive", "bad", "--threshold", "3", "--json");

        Assert.NotNull(probabilities.Json["metrics"]!["ece"]);
        Assert.Null(margins.Json["metrics"]!["ece"]);
        Assert.NotNull(margins.Json["metrics"]!["roc_auc"]);
    }

    [Fact]
    public void Embeddings_tell_which_classes_one_threshold_serves_worst()
    {
        // Classes a to e are tight, f is spread.
        var random = RandomStream.For(1, "embeddings");
        var path = Write("e.csv", ["y,e_0,e_1,e_2", .. Enumerable.Range(0, 120).Select(i =>
        {
            var spread = i % 6 == 5 ? 2.0 : 0.1;
            var angle = i % 6;
            return $"{"abcdef"[i % 6]},{3 * Math.Cos(angle) + spread * random.NextGaussian():0.0000},{3 * Math.Sin(angle) + spread * random.NextGaussian():0.0000},{1 + spread * random.NextGaussian():0.0000}";
        })]);

        var run = ProgramRun.Of("evaluate", path, "--labels", "y", "--embeddings", "e_", "--far", "0.02", "0.2", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("f", (string)run.Json["worstClasses"]![0]!["name"]!);
        Assert.True((double)run.Json["metrics"]!["opis"]! > 0);
        Assert.Contains("Classes served worst", ProgramRun.Of("evaluate", path, "--labels", "y", "--embeddings", "e_").Output, StringComparison.Ordinal);
        var bare = Write("zero.csv", "y,e_0,e_1", "a,0,0", "a,1,0", "b,0,1", "b,1,1");
        var refused = ProgramRun.Of("evaluate", bare, "--labels", "y", "--embeddings", "e_");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("Row 1 has length 0", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Known_annotation_errors_give_the_truth_behind_and_the_cap()
    {
        var run = ProgramRun.Of("evaluate", Scores(), "--labels", "y", "--scores", "score", "--positive", "bad", "--annotator-miss", "0.1", "--annotator-false", "0.01", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.NotNull(run.Json["metrics"]!["true_recall"]);
        Assert.InRange((double)run.Json["about"]!["f1Cap"]!, 0.8, 1);
    }

    [Fact]
    public void Probability_columns_by_prefix_are_classes()
    {
        var path = Write("p.csv", ["y,p_a,p_b,p_c", .. Enumerable.Range(0, 30).Select(i => (i % 3) switch { 0 => $"a,0.6,0.{i + 10},{0.4 - (i + 10) / 100.0:0.00}", 1 => "b,0.2,0.7,0.1", _ => "c,0.5,0.1,0.4" })]);

        var run = ProgramRun.Of("evaluate", path, "--labels", "y", "--probabilities", "p_", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(0, (double)run.Json["metrics"]!["recall[c]"]!["value"]!);
        Assert.Equal(2 / 3.0, (double)run.Json["metrics"]!["accuracy"]!["value"]!, 12);
    }

    [Fact]
    public void Made_rows_are_refused()
    {
        var path = Write("made.csv", "y,score,ballast_origin", "1,0.9,1", "0,0.2,2", "1,0.8,between 1 and 3");

        var run = ProgramRun.Of("evaluate", path, "--labels", "y", "--scores", "score", "--positive", "1");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("1 synthetic or copied rows, the first being row 3", run.Error);
    }

    [Theory]
    [InlineData("did you mean 'score'", "--labels", "y", "--scores", "scor", "--positive", "bad")]
    [InlineData("--scores needs --positive", "--labels", "y", "--scores", "score")]
    [InlineData("either --probabilities or --scores", "--labels", "y")]
    [InlineData("did you mean 'bad'", "--labels", "y", "--scores", "score", "--positive", "bat")]
    public void Mistakes_get_one_sentence_and_exit_code_2(string sentence, params string[] options)
    {
        var run = ProgramRun.Of(["evaluate", Scores(), .. options]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, run.Error);
        Assert.Empty(run.Output);
    }
}
