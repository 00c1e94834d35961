using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

public sealed class CertifyQueryTests
{
    private const string Declarations = "(declare-const X_0 Real)\n(declare-const Y_0 Real)\n(declare-const Y_1 Real)\n(assert (>= X_0 0))\n(assert (<= X_0 1))\n";

    [Fact]
    public void A_property_that_holds_prints_unsat_first()
    {
        var run = Certify("(assert (<= Y_0 -0.5))");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("unsat", run.Output.Split('\n')[0]);
    }

    [Fact]
    public void A_property_that_fails_prints_sat_and_the_counterexample()
    {
        var run = Certify("(assert (<= Y_0 0.25))");

        Assert.Equal(0, run.ExitCode);
        var lines = run.Output.Split('\n');
        Assert.Equal("sat", lines[0]);
        Assert.StartsWith("((X_0 ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("(Y_0 ", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Json_holds_verdict_and_counterexample()
    {
        var run = Certify("(assert (<= Y_0 0.25))", "--json");

        Assert.Equal("sat", (string)run.Json["verdict"]!);
        Assert.InRange((double)run.Json["counterexample"]!["inputs"]![0]!, 0, 0.25);
    }

    [Theory]
    [InlineData("(assert (<= Y_0 0)", "line 6")]
    [InlineData("(assert (<= Y_2 0))", "'Y_2'")]
    [InlineData("(declare-const X_1 Real)(assert (<= X_1 0))(assert (>= X_1 0))(assert (<= Y_0 0))", "X_1")]
    public void A_bad_property_is_one_sentence_and_exit_code_2(string statements, string found)
    {
        var run = Certify(statements);

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains(found, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("NaN")]
    public void A_timeout_that_is_no_time_is_refused(string seconds) => Assert.Equal(2, Certify("(assert (<= Y_0 0))", "--timeout", seconds).ExitCode);

    [Fact]
    public void Neither_property_nor_radius_is_refused()
    {
        var run = ProgramRun.Of("certify", "net.onnx");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--vnnlib", run.Error, StringComparison.Ordinal);
    }

    // y = (relu(x), -x).
    private static ProgramRun Certify(string statements, params string[] options)
    {
        using var folder = new TemporaryFolder();
        var graph = new NetworkGraphBuilder();
        var h = graph.Relu(graph.Linear("fc1", graph.Input("x", [1]), new GraphTensor("w1", [2, 1], new[] { 1f, -1f })));
        graph.Output("y", graph.Linear("fc2", h, new GraphTensor("w2", [2, 2], new[] { 1f, 0f, -1f, 1f })));
        OnnxGraphWriter.Write(folder.File("net.onnx"), graph.Build());
        File.WriteAllText(folder.File("p.vnnlib"), Declarations + statements);
        return ProgramRun.Of(["certify", folder.File("net.onnx"), "--vnnlib", folder.File("p.vnnlib"), .. options]);
    }
}
