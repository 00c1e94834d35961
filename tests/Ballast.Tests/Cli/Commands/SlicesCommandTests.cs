using System.Globalization;
using Ballast.Core;
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
    }

    [Fact]
    public void With_probabilities_slices_of_high_log_loss_are_sought()
    {
        var run = ProgramRun.Of("slices", Table(probabilities: true), "--target", "truth", "--probability", "p_");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("log loss", run.Output);
        Assert.Contains("region = 'south'", run.Output);
        Assert.DoesNotContain("p_yes", run.Output);
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
