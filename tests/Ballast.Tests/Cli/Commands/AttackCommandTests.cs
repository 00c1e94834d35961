using Ballast.Exchange;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Exchange.Onnx;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

/// <summary>Eight images of four pixels; the network says whether the left column is brighter than the right, so that every attack has a known answer.</summary>
public sealed class AttackCommandTests
{
    [Theory]
    [InlineData("all")]
    [InlineData("fgsm")]
    [InlineData("pgd")]
    [InlineData("autopgd")]
    public void Clean_and_robust_accuracy_are_told_by_class_with_intervals_and_points(string method)
    {
        using var folder = new TemporaryFolder();

        var run = Attack(folder, "--eps", "0.1", "--method", method, "--json");

        Assert.Equal(0, run.ExitCode);
        // Margins are 2 (left - right) summed over two rows: a difference of 0.1 a row is turned by 0.1 of each pixel, one of 0.8 is not.
        Assert.Equal(1, (double)run.Json["clean"]!["value"]!);
        Assert.Equal(0.5, (double)run.Json["robust"]!["value"]!);
        Assert.Equal(["survived", "broken", "survived", "broken", "survived", "broken", "survived", "broken"], run.Json["points"]!.AsArray().Select(point => (string)point!["outcome"]!));
        Assert.Equal("1", (string)run.Json["points"]![1]!["attacked"]!);
        Assert.InRange((double)run.Json["classes"]![0]!["robust"]!["low"]!, 0.01, 0.49);
        Assert.Equal(4, (int)run.Json["classes"]![1]!["samples"]!);
        Assert.Contains("[0,1]", (string)run.Json["assumed"]!, StringComparison.Ordinal);
        Assert.Equal(0.5, (double)run.Json["attacks"]!.AsArray()[^1]!["robust"]!["value"]!);
    }

    [Fact]
    public void A_Euclidean_ball_is_smaller_than_the_box_around_it()
    {
        using var folder = new TemporaryFolder();

        // The weak images' margin is 4 x 0.098 = 0.39 and its gradient 4 long: 0.098 of length turns them.
        Assert.Equal(1, (double)Attack(folder, "--eps", "0.09", "--norm", "2", "--json").Json["robust"]!["value"]!);
        Assert.Equal(0.5, (double)Attack(folder, "--eps", "0.11", "--norm", "2", "--json").Json["robust"]!["value"]!);
    }

    [Fact]
    public void Points_are_written_as_a_table_and_told_in_words()
    {
        using var folder = new TemporaryFolder();

        var run = Attack(folder, "--eps", "0.1", "--out", folder.File("points.csv"));

        Assert.Equal(0, run.ExitCode);
        var lines = File.ReadAllLines(folder.File("points.csv"));
        Assert.Equal("image,class,predicted,outcome,broken_by,attacked,clean_margin,attacked_margin", lines[0]);
        Assert.StartsWith("2,0,0,broken,fgsm,1,", lines[2], StringComparison.Ordinal);
        Assert.Equal(9, lines.Length);
        Assert.Contains("Robust accuracy 50%", run.Output, StringComparison.Ordinal);
        Assert.Contains("Survived: images 1, 3, 5, 7.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_softmax_at_the_end_is_left_out()
    {
        using var folder = new TemporaryFolder();

        var run = Attack(folder, (graph, x) => graph.Apply(new SoftmaxOperator(1), "probabilities", graph.Linear("times", x, new GraphTensor("times.weight", [2, 2], new[] { 50f, 0, 0, 50 }))), "--eps", "0.1", "--json");

        Assert.Equal(0.5, (double)run.Json["robust"]!["value"]!);
    }

    [Fact]
    public void An_operator_that_is_not_known_is_named()
    {
        using var folder = new TemporaryFolder();
        EightImages.Write(folder, (graph, x) => x, [0, 0, 0, 0, 1, 1, 1, 1]);
        // The operator's name stands in the file as text.
        var bytes = File.ReadAllBytes(folder.File("net.onnx"));
        var position = bytes.AsSpan().IndexOf("Gemm"u8) is var gemm and >= 0 ? gemm : bytes.AsSpan().IndexOf("MatMul"u8);
        "Zzzz"u8.CopyTo(bytes.AsSpan(position));
        File.WriteAllBytes(folder.File("net.onnx"), bytes);

        var run = EightImages.RunWritten("attack", folder, "--eps", "0.1");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Zzzz", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Arrays_keep_the_range_of_their_file_or_the_one_given()
    {
        using var folder = new TemporaryFolder();
        EightImages.Write(folder, (graph, x) => x, [0]);
        float[] values = [200, 20, 200, 20, 120, 100, 120, 100, 20, 200, 20, 200];
        NpyFile.Write<float>(folder.File("x.npy"), values, 3, 4);
        NpyFile.Write<int>(folder.File("y.npy"), new[] { 0, 0, 1 }, 3);
        string[] start = ["attack", folder.File("net.onnx"), folder.File("x.npy"), "--labels", folder.File("y.npy"), "--eps", "20", "--json"];

        var own = ProgramRun.Of(start);
        var given = ProgramRun.Of([.. start, "--range", "0,255"]);
        var narrow = ProgramRun.Of([.. start, "--range", "0,100"]);

        Assert.Equal(0, own.ExitCode);
        Assert.Contains("[20, 200]", (string)own.Json["assumed"]!, StringComparison.Ordinal);
        Assert.Contains("[0, 255]", (string)given.Json["assumed"]!, StringComparison.Ordinal);
        Assert.Equal(["survived", "broken", "survived"], given.Json["points"]!.AsArray().Select(point => (string)point!["outcome"]!));
        File.WriteAllLines(folder.File("y.csv"), ["label", "0", "0", "1"]);
        Assert.Equal(given.Json["points"]!.ToJsonString(), ProgramRun.Of(["attack", folder.File("net.onnx"), folder.File("x.npy"), "--labels", folder.File("y.csv"), "--eps", "20", "--json", "--range", "0,255"]).Json["points"]!.ToJsonString());
        Assert.Equal(2, narrow.ExitCode);
        Assert.Equal(2, ProgramRun.Of([.. start[..^3], "--eps", "500", "--range", "0,255"]).ExitCode);
        Assert.Equal(2, ProgramRun.Of([.. start, "--range", "9"]).ExitCode);
        Assert.Equal(2, ProgramRun.Of(["attack", folder.File("net.onnx"), folder.File("x.npy"), "--eps", "1"]).ExitCode);
    }

    [Fact]
    public void Columns_of_a_table_move_in_their_standard_deviations_unless_they_are_fixed()
    {
        using var folder = new TemporaryFolder();
        // Class 1 where age + 1000 x salary is large: both columns weigh alike in their deviations, whatever their unit.
        var graph = new NetworkGraphBuilder();
        graph.Output("y", graph.Linear("fc", graph.Input("x", [2]), new GraphTensor("fc.weight", [2, 2], new[] { -1f, -0.001f, 1f, 0.001f }), new GraphTensor("fc.bias", [2], new[] { 100f, -100f })));
        OnnxGraphWriter.Write(folder.File("net.onnx"), graph.Build());
        var rows = Enumerable.Range(0, 40).Select(i => (Age: 30 + i, Salary: 1000 * (30 + i * 7 % 40)));
        File.WriteAllLines(folder.File("t.csv"), ["age,salary,good", .. rows.Select(row => $"{row.Age},{row.Salary},{(row.Age + row.Salary / 1000 > 100 ? "yes" : "no")}")]);
        double Robust(params string[] more)
        {
            var run = ProgramRun.Of(["attack", folder.File("net.onnx"), folder.File("t.csv"), "--target", "good", "--eps", "0.5", "--json", .. more]);
            Assert.Equal(0, run.ExitCode);
            return (double)run.Json["robust"]!["value"]!;
        }

        // A deviation is about 11.5 of either column: moving both by half reaches 11.5 of the sum, one alone 5.8.
        var (both, one) = (Robust(), Robust("--fixed", "salary"));

        var sums = rows.Select(row => Math.Abs(row.Age + row.Salary / 1000.0 - 100)).ToArray();
        Assert.InRange(both, sums.Count(gap => gap > 12) / 40.0, sums.Count(gap => gap > 10) / 40.0 + 0.1);
        Assert.True(one > both);
        Assert.Equal(2, ProgramRun.Of("attack", folder.File("net.onnx"), folder.File("t.csv"), "--eps", "0.5").ExitCode);
        Assert.Equal(2, ProgramRun.Of("attack", folder.File("net.onnx"), folder.File("t.csv"), "--eps", "0.5", "--target", "good", "--fixed", "sallary").ExitCode);
        Assert.Equal(2, ProgramRun.Of("attack", folder.File("net.onnx"), folder.File("t.csv"), "--eps", "50", "--target", "good").ExitCode);
    }

    [Fact]
    public void A_network_of_ours_for_tables_is_attacked_behind_its_encoding()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.File("t.csv"), ["x,colour,y", .. Enumerable.Range(0, 120).Select(i => $"{(i * 37 % 120) / 10.0:0.0},{(i % 3 == 0 ? "red" : "blue")},{(i * 37 % 120 >= 60 ? "high" : "low")}")]);
        Assert.Equal(0, ProgramRun.Of("train", folder.File("t.csv"), "--target", "y", "--model-kind", "mlp", "--epochs", "40", "--folds", "2", "--out", folder.File("m.ballast")).ExitCode);

        var none = ProgramRun.Of("attack", folder.File("m.ballast"), folder.File("t.csv"), "--eps", "0", "--json");
        var wide = ProgramRun.Of("attack", folder.File("m.ballast"), folder.File("t.csv"), "--eps", "0.6", "--json");

        Assert.Equal(0, none.ExitCode);
        Assert.Equal((double)none.Json["clean"]!["value"]!, (double)none.Json["robust"]!["value"]!);
        Assert.True((double)wide.Json["robust"]!["value"]! < (double)none.Json["robust"]!["value"]! - 0.2);
        Assert.Equal(["high", "low"], wide.Json["classes"]!.AsArray().Select(item => (string)item!["name"]!));
        Assert.Equal(2, ProgramRun.Of("attack", folder.File("m.ballast"), folder.File("t.csv"), "--eps", "0.6", "--fixed", "x").ExitCode);
    }

    [Fact]
    public void A_network_of_ours_for_images_is_attacked_before_its_normalisation()
    {
        using var folder = new TemporaryFolder();
        EightImages.Write(folder, (graph, x) => x, [0, 0, 0, 0, 1, 1, 1, 1], repeat: 8);
        Assert.Equal(0, ProgramRun.Of(
            "train", folder.File("images-idx3-ubyte"), "--labels", folder.File("labels-idx1-ubyte"), "--from", folder.File("net.onnx"), "--epochs", "1", "--rate", "0.0000001",
            "--validation", "0", "--test", "0", "--out", folder.File("net.safetensors")).ExitCode);

        var run = ProgramRun.Of("attack", folder.File("net.safetensors"), folder.File("images-idx3-ubyte"), "--labels", folder.File("labels-idx1-ubyte"), "--eps", "0.1", "--sample", "16", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(16, (int)run.Json["samples"]!);
        Assert.All(run.Json["points"]!.AsArray(), point => Assert.Equal(int.Parse((string)point!["sample"]!) % 2 == 1, (string)point["outcome"]! == "survived"));
    }

    private static ProgramRun Attack(TemporaryFolder folder, params string[] options) => Attack(folder, (graph, x) => x, options);

    private static ProgramRun Attack(TemporaryFolder folder, Func<NetworkGraphBuilder, GraphValue, GraphValue> last, params string[] options) => EightImages.Run("attack", folder, last, options);
}
