using System.Globalization;
using System.Text.Json.Nodes;
using Ballast.Core;
using Ballast.Tests.Check.Planted;
using Ballast.Tests.Learning.Tabular.Onnx;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Checks;

/// <summary>A user's own ONNX model is judged in place of one trained here.</summary>
public sealed class CheckGivenModelTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_model_of_one_float_input_gives_the_predictions()
    {
        // p(yes) = sigmoid(2 (a + b)) as a softmax of two classes: the rule behind the labels, but too unsure of itself.
        var report = Check(OnnxFile.Softmax(2, [-1, 1, -1, 1], 2), (a, b) => 5 * (a + b));

        Assert.True((double)report["metrics"]!["accuracy"]!["value"]! > 0.85);
        Predicts((a, b) => 1 / (1 + Math.Exp(-2 * (a + b))), report);
    }

    [Fact]
    public void A_model_with_an_input_a_column_finds_them_by_name()
    {
        var report = Check(OnnxFile.Columns("b", "a"), (a, b) => b - a);

        Assert.True((double)report["metrics"]!["accuracy"]!["value"]! > 0.6);
        Predicts((a, b) => 1 / (1 + Math.Exp(a - b)), report);
        // No network of one input: what attacks need is not there, and nothing is said.
        Assert.DoesNotContain(report["findings"]!.AsArray(), f => (string)f!["check"]! == "robustness");
    }

    [Fact]
    public void A_model_that_is_wrong_is_said_to_be_wrong()
    {
        // Always sure of the opposite.
        var report = Check(OnnxFile.Softmax(2, [5, -5, 5, -5], 2), (a, b) => 1000 * (a + b));

        Assert.True((double)report["metrics"]!["accuracy"]!["value"]! < 0.1);
        Assert.Contains(report["findings"]!.AsArray(), f => (string)f!["check"]! == "calibration");
    }

    // Labels are drawn with log odds of "yes" given by a and b.
    private JsonNode Check(byte[] model, Func<double, double, double> odds)
    {
        File.WriteAllBytes(folder.File("m.onnx"), model);
        var (all, random) = (SmallTables.Classes(300), RandomStream.For(3, "labels"));
        var table = new CsvTable(["a", "b", "y"], [.. all.Rows.Select(row => (string[])[row[0], row[1], random.NextDouble() < 1 / (1 + Math.Exp(-odds(Number(row[0]), Number(row[1])))) ? "yes" : "no"])]);
        var run = ProgramRun.Of("check", table.WriteTo(folder.File("table.csv")), "--target", "y", "--model", folder.File("m.onnx"), "--out", folder.File("out"), "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run.Json;
    }

    // The remedies are those that leave the model alone; the one handed back answers as the user's does, after recalibration where that was chosen.
    private void Predicts(Func<double, double, double> probability, JsonNode report)
    {
        Assert.Equal(["threshold moving", "recalibration"], report["remedies"]!.AsArray().Select(r => (string)r!["name"]!));
        Assert.Contains("judged on the whole table", report["notes"]!.ToJsonString(), StringComparison.Ordinal);
        File.WriteAllLines(folder.File("new.csv"), ["b,a", "0.5,1", "-2,0.25", "0,0.1", "0.3,-0.2"]);

        var run = ProgramRun.Of("predict", folder.File("new.csv"), "--model", folder.File("out/model.ballast"), "--out", folder.File("p.csv"));

        Assert.Equal(0, run.ExitCode);
        var predicted = CsvTable.Read(folder.File("p.csv"));
        var log = predicted.Rows.Select(row => (Given: Logit(probability(Number(row[1]), Number(row[0]))), Answered: Logit(Number(row[4])))).ToArray();
        // Temperature scaling divides every logit by one number: 1 where recalibration was not chosen.
        var temperature = log[0].Given / log[0].Answered;
        var recalibrated = (bool)report["remedies"]![1]!["chosen"]!;
        Assert.True(recalibrated ? temperature > 0 && temperature != 1 : Math.Abs(temperature - 1) < 1e-4, $"{temperature}");
        Assert.All(log, pair => Assert.Equal(pair.Given, temperature * pair.Answered, 1e-4));
    }

    private static double Logit(double p) => Math.Log(p / (1 - p));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
