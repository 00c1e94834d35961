using Ballast.Exchange;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Exchange.Onnx;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

/// <summary>Eight images of four pixels; the network says whether the left column is brighter than the right, so that every certificate has a known answer.</summary>
public sealed class CertifyCommandTests
{
    [Theory]
    [InlineData("ibp")]
    [InlineData("crown-ibp")]
    [InlineData("crown")]
    public void Certified_and_clean_accuracy_are_told_by_class_with_intervals_and_points(string method)
    {
        using var folder = new TemporaryFolder();

        var run = Certify(folder, "--eps", "0.1", "--norm", "inf", "--method", method, "--json");

        Assert.Equal(0, run.ExitCode);
        // Margins are 2 (left - right) summed over two rows: a difference of 0.1 a row is turned by 0.1 of each pixel, one of 0.8 is not.
        Assert.Equal(1, (double)run.Json["clean"]!["value"]!);
        Assert.Equal(0.5, (double)run.Json["certified"]!["value"]!);
        Assert.Equal(["certified", "unknown", "certified", "unknown", "certified", "unknown", "certified", "unknown"], run.Json["points"]!.AsArray().Select(point => (string)point!["outcome"]!));
        Assert.InRange((double)run.Json["classes"]![0]!["certified"]!["low"]!, 0.01, 0.49);
        Assert.Equal(4, (int)run.Json["classes"]![1]!["samples"]!);
        Assert.Contains("[0,1]", (string)run.Json["assumed"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Points_are_written_as_a_table_and_told_in_words()
    {
        using var folder = new TemporaryFolder();

        var run = Certify(folder, "--eps", "0.1", "--out", folder.File("points.csv"));

        Assert.Equal(0, run.ExitCode);
        var lines = File.ReadAllLines(folder.File("points.csv"));
        Assert.Equal("image,class,predicted,outcome,proved_by,clean_margin,certified_margin", lines[0]);
        Assert.StartsWith("1,0,0,certified,ibp,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("2,0,0,unknown,,", lines[2], StringComparison.Ordinal);
        Assert.Equal(9, lines.Length);
        Assert.Contains("Certified accuracy 50%", run.Output, StringComparison.Ordinal);
        Assert.Contains("Certified: images 1, 3, 5, 7.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_softmax_at_the_end_is_left_out()
    {
        using var folder = new TemporaryFolder();

        var run = Certify(folder, (graph, x) => graph.Apply(new SoftmaxOperator(1), "probabilities", graph.Linear("times", x, new GraphTensor("times.weight", [2, 2], new[] { 5f, 0, 0, 5 }))), "--eps", "0.1", "--json");

        Assert.Equal(0.5, (double)run.Json["certified"]!["value"]!);
    }

    [Fact]
    public void An_operator_without_a_bound_is_named()
    {
        using var folder = new TemporaryFolder();

        var run = Certify(folder, (graph, x) => graph.Linear("last", graph.Apply(new SoftmaxOperator(1), "inner", x), new GraphTensor("last.weight", [2, 2], new[] { 1f, 0, 0, 1 })), "--eps", "0.1");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("'inner' (Softmax) cannot be bounded", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_of_samples_and_of_queries_do_not_mix()
    {
        using var folder = new TemporaryFolder();
        EightImages.Write(folder, (graph, x) => x, [0, 0, 0, 0, 1, 1, 1, 1]);

        Assert.Contains("--eps is missing", EightImages.RunWritten("certify", folder).Error, StringComparison.Ordinal);
        Assert.Contains("--timeout", EightImages.RunWritten("certify", folder, "--eps", "0.1", "--timeout", "3").Error, StringComparison.Ordinal);
        Assert.Contains("DATA", EightImages.RunWritten("certify", folder, "--vnnlib", folder.File("p.vnnlib")).Error, StringComparison.Ordinal);
        Assert.Contains("--eps", ProgramRun.Of("certify", folder.File("net.onnx"), "--vnnlib", folder.File("p.vnnlib"), "--eps", "0.1").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Arrays_keep_the_range_of_their_file()
    {
        using var folder = new TemporaryFolder();
        EightImages.Write(folder, (graph, x) => x, [0]);
        NpyFile.Write<float>(folder.File("x.npy"), new float[] { 200, 20, 200, 20, 120, 100, 120, 100, 20, 200, 20, 200 }, 3, 4);
        NpyFile.Write<int>(folder.File("y.npy"), new[] { 0, 0, 1 }, 3);

        var run = ProgramRun.Of("certify", folder.File("net.onnx"), folder.File("x.npy"), "--labels", folder.File("y.npy"), "--eps", "20", "--json");

        Assert.Equal(["certified", "unknown", "certified"], run.Json["points"]!.AsArray().Select(point => (string)point!["outcome"]!));
        Assert.Contains("[20, 200]", (string)run.Json["assumed"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("resnet")]
    public void A_network_of_ours_for_tables_is_certified_behind_its_encoding_and_no_attack_breaks_it(string kind)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.File("t.csv"), ["x,z,colour,y", .. Enumerable.Range(0, 120).Select(i => $"{(i * 37 % 120) / 10.0:0.0},{i * 13 % 7},{(i % 3 == 0 ? "red" : "blue")},{(i * 37 % 120 >= 60 ? "high" : "low")}")]);
        Assert.Equal(0, ProgramRun.Of("train", folder.File("t.csv"), "--target", "y", "--model-kind", kind, "--epochs", "30", "--folds", "2", "--out", folder.File("m.ballast")).ExitCode);

        var certified = ProgramRun.Of("certify", folder.File("m.ballast"), folder.File("t.csv"), "--eps", "0.05", "--json");
        var attacked = ProgramRun.Of("attack", folder.File("m.ballast"), folder.File("t.csv"), "--eps", "0.05", "--json");

        Assert.True(certified.ExitCode == 0, certified.Error);
        Assert.True((double)certified.Json["certified"]!["value"]! > 0.3);
        foreach (var (proof, attack) in certified.Json["points"]!.AsArray().Zip(attacked.Json["points"]!.AsArray()))
            if ((string)proof!["outcome"]! == "certified")
                Assert.Equal("survived", (string)attack!["outcome"]!);
    }

    [Fact]
    public void Columns_of_a_table_for_an_onnx_network_move_in_their_standard_deviations()
    {
        using var folder = new TemporaryFolder();
        var graph = new NetworkGraphBuilder();
        graph.Output("y", graph.Linear("fc", graph.Input("x", [2]), new GraphTensor("fc.weight", [2, 2], new[] { -1f, -0.001f, 1f, 0.001f }), new GraphTensor("fc.bias", [2], new[] { 100f, -100f })));
        OnnxGraphWriter.Write(folder.File("net.onnx"), graph.Build());
        var rows = Enumerable.Range(0, 40).Select(i => (Age: 30 + i, Salary: 1000 * (30 + i * 7 % 40)));
        File.WriteAllLines(folder.File("t.csv"), ["age,salary,good", .. rows.Select(row => $"{row.Age},{row.Salary},{(row.Age + row.Salary / 1000 > 100 ? "yes" : "no")}")]);
        string[] Outcomes(string verb, params string[] more)
        {
            var run = ProgramRun.Of([verb, folder.File("net.onnx"), folder.File("t.csv"), "--target", "good", "--eps", "0.5", "--json", .. more]);
            Assert.True(run.ExitCode == 0, run.Error);
            return [.. run.Json["points"]!.AsArray().Select(point => (string)point!["outcome"]!)];
        }

        // Bounds of a linear network are exact: what is not certified is broken.
        foreach (string[] more in new[] { (string[])[], ["--fixed", "salary"] })
            Assert.Equal(Outcomes("attack", more).Select(outcome => outcome == "survived"), Outcomes("certify", more).Select(outcome => outcome == "certified"));
    }

    [Fact]
    public void A_network_of_ours_for_images_is_certified_before_its_normalisation()
    {
        using var folder = new TemporaryFolder();
        EightImages.Write(folder, (graph, x) => x, [0, 0, 0, 0, 1, 1, 1, 1], repeat: 8);
        Assert.Equal(0, ProgramRun.Of(
            "train", folder.File("images-idx3-ubyte"), "--labels", folder.File("labels-idx1-ubyte"), "--from", folder.File("net.onnx"), "--epochs", "1", "--rate", "0.0000001",
            "--validation", "0", "--test", "0", "--out", folder.File("net.safetensors")).ExitCode);

        var run = ProgramRun.Of("certify", folder.File("net.safetensors"), folder.File("images-idx3-ubyte"), "--labels", folder.File("labels-idx1-ubyte"), "--eps", "0.1", "--sample", "16", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(16, (int)run.Json["samples"]!);
        Assert.All(run.Json["points"]!.AsArray(), point => Assert.Equal(int.Parse((string)point!["sample"]!) % 2 == 1, (string)point["outcome"]! == "certified"));
    }

    private static ProgramRun Certify(TemporaryFolder folder, params string[] options) => Certify(folder, (graph, x) => x, options);

    private static ProgramRun Certify(TemporaryFolder folder, Func<NetworkGraphBuilder, GraphValue, GraphValue> last, params string[] options) => EightImages.Run("certify", folder, last, options);
}
