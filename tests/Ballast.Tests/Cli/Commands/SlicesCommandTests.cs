using System.Globalization;
using Ballast.Core;
using Ballast.Tests.Check.Planted;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

public sealed class SlicesCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // Wrong on half of the rows from the south with x above 6, on a tenth elsewhere.
    private string Table(Func<double, bool, double>? rate = null, bool probabilities = false)
    {
        rate ??= (x, south) => south && x > 6 ? 0.5 : 0.1;
        var random = RandomStream.For(5, "slices command");
        var path = folder.File("predicted.csv");
        File.WriteAllLines(path, [$"region,x,same,truth,prediction{(probabilities ? ",p_no,p_yes" : "")}", .. Enumerable.Range(0, 3000).Select(i =>
        {
            var (x, south, truth) = (random.NextDouble() * 10, random.Next(2) == 0, random.Next(2) == 0);
            var wrong = random.NextDouble() < rate(x, south);
            var yes = truth != wrong;
            return string.Create(CultureInfo.InvariantCulture, $"{(south ? "south" : "north")},{x:0.000},7,{(truth ? "yes" : "no")},{(yes ? "yes" : "no")}{(!probabilities ? "" : yes ? ",0.1,0.9" : ",0.9,0.1")}");
        })]);
        return path;
    }

    [Theory]
    [InlineData("sliceline")]
    [InlineData("tree")]
    public void A_weak_slice_is_named_by_its_columns_with_figures_of_other_rows(string finder)
    {
        var run = ProgramRun.Of("slices", Table(), "--target", "truth", "--finder", finder, "--json");

        Assert.Equal(0, run.ExitCode);
        var slice = run.Json["slices"]![0]!;
        Assert.Matches("(x >= |^)(5\\.[5-9]|6)", (string)slice["description"]!);
        Assert.Matches("region (= 'south'|<> 'north')", (string)slice["description"]!);
        Assert.InRange((double)slice["inside"]!["value"]!, 0.35, 0.75); // 0.5, and the most certain of several parts is a lucky one
        Assert.True((double)slice["adjustedPValue"]! < 1e-6);
        Assert.Equal((int)slice["size"]!, slice["rows"]!.AsArray().Count);
        Assert.Equal(1500, (int)run.Json["searchRows"]!);
    }

    [Theory]
    [InlineData("kmeans")]
    [InlineData("domino")]
    public void Clusters_are_named_by_class_and_columns(string finder)
    {
        var run = ProgramRun.Of("slices", Table((x, south) => south && x > 6 ? 0.7 : 0.05), "--target", "truth", "--finder", finder);

        Assert.Equal(0, run.ExitCode);
        Assert.Matches("'(no|yes)', cluster [0-9]+: .*(high x|region = 'south')", run.Output);
        Assert.Contains("elsewhere in its class", run.Output, StringComparison.Ordinal);
        var slices = ProgramRun.Of("slices", folder.File("predicted.csv"), "--target", "truth", "--finder", finder, "--json").Json["slices"]!.AsArray();
        Assert.NotEmpty(slices);
        Assert.All(slices, slice => Assert.Equal((double)slice!["outside"]!["value"]!, (double)slice["elsewhere"]!["value"]!, 12));
    }

    [Fact]
    public void With_probabilities_slices_of_high_log_loss_are_sought()
    {
        var run = ProgramRun.Of("slices", Table(probabilities: true), "--target", "truth", "--probability", "p_", "--by", "log-loss");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("by log-loss", run.Output);
        Assert.Contains("region = 'south'", run.Output);
        Assert.DoesNotContain("p_yes", run.Output);
    }

    [Fact]
    public void With_probabilities_slices_that_they_do_not_expect_are_sought_and_rows_of_them_shown()
    {
        var run = ProgramRun.Of("slices", Table(probabilities: true), "--target", "truth", "--probability", "p_", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("surprise", (string)run.Json["metric"]!);
        var slice = run.Json["slices"]![0]!;
        Assert.Contains("region = 'south'", (string)slice["description"]!, StringComparison.Ordinal);
        Assert.InRange((double)slice["wrong"]!["value"]!, 0.35, 0.65);
        Assert.InRange((double)slice["expected"]!, 0.05, 0.25);
        Assert.Equal(5, slice["examples"]!.AsArray().Count);
        Assert.All(slice["examples"]!.AsArray(), example => Assert.NotEqual((string)example!["given"]!, (string)example["predicted"]!));
    }

    [Fact]
    public void What_predict_wrote_is_taken_without_being_named_and_the_table_goes_on_with_its_slices()
    {
        var path = Table(probabilities: true);
        File.WriteAllText(path, File.ReadAllText(path).Replace("p_no,p_yes", "probability_no,probability_yes", StringComparison.Ordinal));

        var run = ProgramRun.Of("slices", path, "--target", "truth", "--out", folder.File("out.csv"));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("by surprise", run.Output, StringComparison.Ordinal);
        var written = CsvTable.Read(folder.File("out.csv"));
        Assert.Equal("ballast_slice", written.Header[^1]);
        Assert.Equal(3000, written.Rows.Count);
        Assert.All(written.Rows.Where(row => row[^1].StartsWith("region = 'south'", StringComparison.Ordinal)), row => Assert.Equal("south", row[0]));
        Assert.Contains(written.Rows, row => row[^1].Length > 0);
    }

    [Fact]
    public void Without_predictions_rows_are_predicted_out_of_fold()
    {
        var random = RandomStream.For(6, "slices command, features");
        var path = folder.File("bare.csv");
        File.WriteAllLines(path, ["x,town,y", .. Enumerable.Range(0, 300).Select(_ => random.NextDouble() is var x && x > 0.5 ? $"{x:0.000},a,yes" : $"{x:0.000},b,no")]);

        var run = ProgramRun.Of("slices", path, "--target", "y");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("out of fold", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_file_predicts_by_itself_and_only_its_own_classes()
    {
        var path = Table();
        Assert.Equal(0, ProgramRun.Of("train", path, "--target", "truth", "--model-kind", "logistic", "--out", folder.File("m.ballast")).ExitCode);

        var run = ProgramRun.Of("slices", path, "--target", "truth", "--model", folder.File("m.ballast"), "--by", "errors");
        var other = ProgramRun.Of("slices", path, "--target", "region", "--model", folder.File("m.ballast"));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("the model m.ballast", run.Output, StringComparison.Ordinal);
        Assert.Contains("trained on these rows", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("one of the model's classes", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Probabilities_in_a_file_must_have_a_row_for_each_of_the_tables()
    {
        var path = Table();
        Ballast.Exchange.NpyFile.Write<double>(folder.File("short.npy"), Enumerable.Repeat(0.5, 2 * 2999).ToArray(), 2999, 2);

        var run = ProgramRun.Of("slices", path, "--target", "truth", "--probability", folder.File("short.npy"));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("found 2999 x 2 values; expected 3000 x 2", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "there are no errors")]
    [InlineData(1, "the loss is the same on every row")]
    public void No_errors_or_nothing_else_is_said(double rate, string said)
    {
        var run = ProgramRun.Of("slices", Table((_, _) => rate), "--target", "truth");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(said, run.Output);
    }

    [Fact]
    public void Errors_that_lie_anywhere_give_no_slice()
    {
        var run = ProgramRun.Of("slices", Table((_, _) => 0.2), "--target", "truth");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("No slice is worse", run.Output);
    }

    [Theory]
    [InlineData("at least two classes", "--target", "one", "--prediction", "one_too", "--finder", "kmeans")]
    [InlineData("begin with 'q_'", "--target", "a", "--prediction", "b", "--probability", "q_")]
    [InlineData("both as --target and as --prediction", "--target", "a", "--prediction", "a")]
    [InlineData("did you mean 'b'", "--target", "a", "--prediction", "bb")]
    [InlineData("parts of a class", "--target", "a", "--prediction", "b", "--finder", "kmeans", "--by", "surprise")]
    [InlineData("needs probabilities", "--target", "a", "--prediction", "b", "--by", "surprise")]
    [InlineData("no prediction that is a class", "--target", "a", "--prediction", "one")]
    [InlineData("at least 2 rows", "--target", "a", "--prediction", "b", "--min-rows", "1")]
    [InlineData("goes without", "--target", "a", "--prediction", "b", "--model", "m.ballast")]
    [InlineData("let ballast predict", "--target", "a", "--model", "m.onnx")]
    [InlineData("one class, 'k'", "--target", "one")]
    [InlineData("2 classes in 3 rows", "--target", "a")]
    [InlineData("forest", "--target", "a", "--prediction", "b", "--finder", "forest")]
    public void Wrong_questions_get_one_sentence(string said, params string[] args)
    {
        var path = folder.File("small.csv");
        File.WriteAllLines(path, ["a,b,one,one_too,f", "x,y,k,k,1", "y,y,k,k,2", "x,x,k,k,1"]);

        var run = ProgramRun.Of(["slices", path, .. args]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, run.Error);
    }
}
