using System.Globalization;
using System.Text.Json.Nodes;
using Ballast.Core;
using Ballast.Tests.Check.Planted;
using Ballast.Tests.Learning.Tabular.Onnx;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Checks;

/// <summary><c>check --model</c> of a network says what small changes of its numbers do.</summary>
public sealed class CheckRobustnessTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_network_that_answers_by_a_hair_is_a_finding_with_figures_by_class()
    {
        // The classes differ by a - b = 0.06 alone, while both columns vary together by 1.
        var report = Check(random =>
        {
            var (shared, sign) = (random.NextGaussian(), random.NextDouble() < 0.5 ? 1 : -1);
            return (shared + 0.03 * sign, shared - 0.03 * sign, sign > 0);
        }, OnnxFile.Softmax(2, [-40, 40, 40, -40], 2));

        var finding = Assert.Single(report["findings"]!.AsArray(), f => (string)f!["check"]! == "robustness")!;
        Assert.Equal("high", (string)finding["severity"]!);
        Assert.Equal(["a", "b"], finding["columns"]!.AsArray().Select(name => (string)name!));
        var evidence = finding["evidence"]!;
        Assert.True((double)evidence["accuracy"]!["value"]! > 0.99);
        Assert.True((double)evidence["accuracy_under_noise"]!["value"]! < 0.85);
        Assert.True((double)evidence["accuracy_under_attack"]!["value"]! < 0.05);
        Assert.Equal(["no", "yes"], evidence["accuracy_under_attack_by_class"]!.AsObject().Select(pair => pair.Key));
    }

    [Fact]
    public void A_network_with_wide_margins_gets_a_note()
    {
        var report = Check(random =>
        {
            var sign = random.NextDouble() < 0.5 ? 1 : -1;
            // Labels that are drawn wrong keep the columns from passing for leaks.
            return (sign + 0.2 * random.NextGaussian(), sign + 0.2 * random.NextGaussian(), sign > 0 == random.NextDouble() < 0.8);
        }, OnnxFile.Softmax(2, [-3, 3, -3, 3], 2));

        Assert.DoesNotContain(report["findings"]!.AsArray(), f => (string)f!["check"]! == "robustness");
        Assert.Contains("turn 0% of the given model's right answers, the worst ones found (PGD) 0%", report["notes"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }), StringComparison.Ordinal);
    }

    private JsonNode Check(Func<RandomStream, (double A, double B, bool Yes)> row, byte[] model)
    {
        File.WriteAllBytes(folder.File("m.onnx"), model);
        var random = RandomStream.For(5, "robustness check");
        string Text(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
        var table = new CsvTable(["a", "b", "y"], [.. Enumerable.Range(0, 240).Select(_ => row(random)).Select(r => new[] { Text(r.A), Text(r.B), r.Yes ? "yes" : "no" })]);
        var run = ProgramRun.Of("check", table.WriteTo(folder.File("table.csv")), "--target", "y", "--model", folder.File("m.onnx"), "--out", folder.File("out"), "--json");
        Assert.Equal(0, run.ExitCode);
        return run.Json;
    }
}
