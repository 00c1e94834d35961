using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx;
using Ballast.Tests.Check.Planted;
using Ballast.Tests.Learning.Tabular.Onnx;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Checks;

/// <summary>A network that is given has its stored weights' bits flipped.</summary>
public sealed class BitFlipCheckTests
{
    [Theory]
    [InlineData("chain")]
    [InlineData("residual")]
    public void Harmful_flips_of_a_network_are_told_with_an_interval_and_the_tensor_to_protect(string kind)
    {
        var random = RandomStream.For(2, "weights");
        GraphTensor Tensor(string name, params int[] shape) => new(name, Extents.Of(shape), Enumerable.Range(0, (int)Extents.Of(shape).Product).Select(_ => (float)random.NextGaussian()).ToArray());
        var graph = new NetworkGraphBuilder();
        var hidden = graph.Relu(graph.Linear("fc", graph.Input("x", [2]), Tensor("fc.weight", 8, 2), Tensor("fc.bias", 8)));
        if (kind == "residual")
            hidden = graph.Add(hidden, graph.Relu(graph.Linear("inner", hidden, Tensor("inner.weight", 8, 8))));
        graph.Output("probabilities", graph.Softmax(graph.Linear("head", hidden, Tensor("head.weight", 2, 8), Tensor("head.bias", 2))));

        var report = Check(folder => OnnxGraphWriter.Write(folder.File("m.onnx"), graph.Build()));

        var finding = Assert.Single(report["findings"]!.AsArray(), finding => (string)finding!["check"]! == "bit-flips")!;
        Assert.Contains("bit 30", (string)finding["title"]!, StringComparison.Ordinal);
        Assert.Contains(".weight'", (string)finding["action"]!, StringComparison.Ordinal);
        Assert.Equal("info", (string)finding["severity"]!);
        Assert.InRange((double)finding["evidence"]!["share"]!, (double)finding["evidence"]!["low"]!, (double)finding["evidence"]!["high"]!);
        Assert.Equal(20_000, (int)finding["evidence"]!["flips"]!);
    }

    [Fact]
    public void A_model_of_several_inputs_passes_in_silence()
    {
        var report = Check(folder => File.WriteAllBytes(folder.File("m.onnx"), OnnxFile.Columns("a", "b")));

        Assert.DoesNotContain(report["findings"]!.AsArray(), finding => (string)finding!["check"]! == "bit-flips");
    }

    private static System.Text.Json.Nodes.JsonNode Check(Action<TemporaryFolder> write)
    {
        using var folder = new TemporaryFolder();
        write(folder);
        var all = SmallTables.Classes(300);
        var table = new CsvTable(["a", "b", "y"], [.. all.Rows.Select((row, i) => (string[])[row[0], row[1], i % 3 == 0 ? "yes" : "no"])]);
        var run = ProgramRun.Of("check", table.WriteTo(folder.File("table.csv")), "--target", "y", "--model", folder.File("m.onnx"), "--out", folder.File("out"), "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run.Json;
    }
}
