using System.Globalization;
using Ballast.Core;
using Ballast.Exchange;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

/// <summary><c>evaluate --predicted</c>.</summary>
public sealed class RegressionEvaluationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly double[] targets = [.. Enumerable.Range(0, 80).Select(i => 3.0 + (i * 0.5))];
    private readonly double[] predictions;

    public RegressionEvaluationTests()
    {
        var random = RandomStream.For(1, "predicted amounts");
        predictions = [.. targets.Select(y => Math.Round(y + (4 * random.NextGaussian()), 3))];
    }

    public void Dispose() => folder.Dispose();

    private string Write(params string[] lines)
    {
        File.WriteAllLines(folder.File("amounts.csv"), lines);
        return folder.File("amounts.csv");
    }

    private string Amounts() => Write(["price,prediction", .. targets.Zip(predictions, (y, p) => string.Create(CultureInfo.InvariantCulture, $"{y},{p}"))]);

    [Fact]
    public void Amounts_are_measured_with_their_intervals()
    {
        var run = ProgramRun.Of("evaluate", Amounts(), "--labels", "price", "--predicted", "prediction", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var errors = targets.Zip(predictions, (y, p) => p - y).ToArray();
        var metrics = run.Json["metrics"]!;
        var mean = targets.Average();
        Assert.Equal(errors.Average(Math.Abs), (double)metrics["mae"]!["value"]!, 12);
        Assert.Equal(Math.Sqrt(errors.Average(e => e * e)), (double)metrics["rmse"]!["value"]!, 12);
        Assert.Equal(1 - (errors.Sum(e => e * e) / targets.Sum(y => (y - mean) * (y - mean))), (double)metrics["r2"]!["value"]!, 12);
        Assert.All((string[])["mae", "rmse", "r2"], name =>
        {
            Assert.True((double)metrics[name]!["low"]! < (double)metrics[name]!["value"]!);
            Assert.True((double)metrics[name]!["value"]! < (double)metrics[name]!["high"]!);
        });
    }

    [Fact]
    public void Arrays_give_what_the_table_gives()
    {
        NpyFile.Write<double>(folder.File("y.npy"), targets, [targets.Length]);
        NpyFile.Write<double>(folder.File("p.npy"), predictions, [predictions.Length]);

        var table = ProgramRun.Of("evaluate", Amounts(), "--labels", "price", "--predicted", "prediction", "--json");
        var arrays = ProgramRun.Of("evaluate", folder.File("p.npy"), "--labels", folder.File("y.npy"), "--predicted", "--json");

        Assert.Equal((0, ""), (arrays.ExitCode, arrays.Error));
        Assert.Equal(table.Json["metrics"]!.ToJsonString(), arrays.Json["metrics"]!.ToJsonString());
    }

    [Fact]
    public void Equal_targets_have_no_spread_to_explain()
    {
        var run = ProgramRun.Of("evaluate", Write("y,p", "2,1", "2,3", "2,2.5"), "--labels", "y", "--predicted", "p", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Null(run.Json["metrics"]!["r2"]);
        Assert.Equal("r2", (string)run.Json["undefined"]![0]!);
    }

    [Theory]
    [InlineData("3,", "no value")]
    [InlineData("3,dear", "'dear'")]
    [InlineData("3,inf", "'inf'")]
    [InlineData(",3", "no value")]
    public void A_row_without_two_numbers_is_named(string row, string found)
    {
        var run = ProgramRun.Of("evaluate", Write("y,p", "1,1.5", "2,2.5", row), "--labels", "y", "--predicted", "p");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(found, run.Error, StringComparison.Ordinal);
        Assert.Contains("3", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Predicted_amounts_go_with_no_scores_and_need_their_column()
    {
        var both = ProgramRun.Of("evaluate", Amounts(), "--labels", "price", "--predicted", "prediction", "--scores", "prediction", "--positive", "3");
        var none = ProgramRun.Of("evaluate", Amounts(), "--labels", "price", "--predicted");
        var misspelt = ProgramRun.Of("evaluate", Amounts(), "--labels", "price", "--predicted", "predicton");

        Assert.All([both, none, misspelt], run => Assert.Equal(2, run.ExitCode));
        Assert.Contains("--predicted goes with --labels alone", both.Error, StringComparison.Ordinal);
        Assert.Contains("needs a column", none.Error, StringComparison.Ordinal);
        Assert.Contains("did you mean 'prediction'", misspelt.Error, StringComparison.Ordinal);
    }
}
