using Ballast.Exchange;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx;
using Ballast.Learning.Networks;
using Ballast.Tests.Exchange.Onnx;
using Ballast.Tests.Robustness.Faults;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

public sealed class InjectCommandTests
{
    [Fact]
    public void A_network_is_struck_and_protection_planned()
    {
        using var folder = Files();
        var before = File.ReadAllBytes(folder.File("net.onnx"));

        var run = Inject(folder, "--max", "2000", "--out", folder.File("out"));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("2,000 faults, 24 inputs", run.Output, StringComparison.Ordinal);
        Assert.Contains("Accumulator", run.Output, StringComparison.Ordinal);
        Assert.Contains("1/10 of the failures", run.Output, StringComparison.Ordinal);
        var page = File.ReadAllText(folder.File("out/report.html"));
        Assert.Equal(4, page.Split("<svg").Length - 1);
        Assert.Contains("conv2", page, StringComparison.Ordinal);
        Assert.StartsWith("unit,layer,bit,rate,low,high,faults,fit,masked", File.ReadAllText(folder.File("out/rates.csv")), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(folder.File("net.onnx")));
    }

    [Fact]
    public void Json_holds_rates_with_intervals_and_the_same_seed_gives_the_same()
    {
        using var folder = Files();

        var one = Inject(folder, "--max", "1500", "--json", "--threads", "1", "--seed", "4");
        var two = Inject(folder, "--max", "1500", "--json", "--threads", "2", "--seed", "4");
        var other = Inject(folder, "--max", "1500", "--json", "--seed", "5");

        Assert.Equal(one.Output, two.Output);
        Assert.NotEqual(one.Output, other.Output);
        var total = one.Json["total"]!;
        Assert.InRange((double)total["rate"]!, (double)total["low"]!, (double)total["high"]!);
        Assert.Equal(1500, one.Json["byLayer"]!.AsArray().Sum(layer => (int)layer!["injections"]!));
        Assert.Equal(3, one.Json["byLayer"]!.AsArray().Count);
        Assert.Equal(3, one.Json["plans"]!.AsArray().Count);
    }

    [Fact]
    public void Stored_weights_fail_by_their_top_exponent_bit()
    {
        using var folder = Files();

        var run = Inject(folder, "--target", "weights", "--format", "bfloat16", "--design", "equal", "--max", "20000", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(14, (int)run.Json["byBit"]!.AsArray().MaxBy(bit => (double)bit!["rate"]!)!["bit"]!);
        Assert.Null(run.Json["total"]);
    }

    [Fact]
    public void A_saved_network_and_a_table_will_do()
    {
        using var folder = new TemporaryFolder();
        using var network = new Mlp(3, [5], 3, seed: 1);
        NetworkFile.Save(folder.File("net.safetensors"), new SavedNetwork(network, ["a", "b", "c"]));
        File.WriteAllLines(folder.File("rows.csv"), ["u,v,w,class", .. Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"{i * 0.37 % 3},{i * 0.71 % 2},{-i * 0.13 % 1},{"abc"[i % 3]}"))]);

        var run = ProgramRun.Of("inject", folder.File("net.safetensors"), folder.File("rows.csv"), "--labels", "class", "--max", "500", "--fit-target", "10", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.True((bool)run.Json["plans"]![0]!["feasible"]!);
    }

    [Fact]
    public void Weights_of_a_network_that_branches_are_struck_and_its_accelerator_is_refused_by_name()
    {
        using var folder = Files();
        var graph = new NetworkGraphBuilder();
        var x = graph.Input("x", [36]);
        GraphTensor Weight(string name, int rows) => new(name, [rows, 36], Enumerable.Range(0, rows * 36).Select(i => MathF.Sin(i * 0.7f) / 6).ToArray());
        var branch = graph.Relu(graph.Linear("fc1", x, Weight("w1", 36)));
        graph.Output("y", graph.Linear("fc2", graph.Add(branch, x, "join"), Weight("w2", 3)));
        OnnxGraphWriter.Write(folder.File("residual.onnx"), graph.Build());
        string[] start = ["inject", folder.File("residual.onnx"), folder.File("rows.npy")];

        var one = ProgramRun.Of([.. start, "--target", "weights", "--design", "equal", "--max", "3000", "--json", "--threads", "1"]);
        var two = ProgramRun.Of([.. start, "--target", "weights", "--design", "equal", "--max", "3000", "--json", "--threads", "2"]);

        Assert.Equal((0, "", 0, ""), (one.ExitCode, one.Error, two.ExitCode, two.Error));
        Assert.Equal(one.Output, two.Output);
        Assert.Equal(["w1", "w2"], one.Json["byLayer"]!.AsArray().Select(layer => (string)layer!["layer"]!).Order());
        Assert.Equal(30, (int)one.Json["byBit"]!.AsArray().MaxBy(bit => (double)bit!["rate"]!)!["bit"]!);
        Refused(ProgramRun.Of(start), "'fc1'");
        var clamped = ProgramRun.Of([.. start, "--target", "weights", "--clamp", "--outcome", "detected", "--max", "3000", "--json"]);
        Assert.Equal((0, 0.0), (clamped.ExitCode, (double)clamped.Json["total"]!["rate"]!));
    }

    [Fact]
    public void Networks_of_unknown_operators_several_outputs_and_open_shapes_are_taken()
    {
        using var folder = Files();
        var weight = new GraphTensor("w", [2, 1, 3, 3], Enumerable.Range(0, 18).Select(i => MathF.Cos(i)).ToArray());
        var model = new OnnxProto().Input("x", -1, 1, -1, -1).Output("map").Output("classes").Weight(weight)
            .Node("Conv", "map", "x w").Node("LpPool", "pool", "map", OnnxProto.Ints("kernel_shape", 4, 4)).Node("Flatten", "flat", "pool").Node("Softmax", "classes", "flat");
        File.WriteAllBytes(folder.File("two.onnx"), model.Bytes());
        string[] start = ["inject", folder.File("two.onnx"), folder.File("rows.npy"), "--target", "weights", "--max", "500", "--json"];

        var classes = ProgramRun.Of([.. start, "--scores", "classes"]);
        var map = ProgramRun.Of([.. start, "--scores", "map", "--tolerance", "0.5"]);

        Assert.Equal((0, ""), (classes.ExitCode, classes.Error));
        Assert.Equal("w", (string)classes.Json["byLayer"]![0]!["layer"]!);
        Assert.Equal(0, map.ExitCode);
        Refused(ProgramRun.Of(start), "2 outputs (map, classes)");
        Refused(ProgramRun.Of([.. start, "--scores", "map"]), "[1, 2, 4, 4]");
        Refused(ProgramRun.Of([.. start, "--scores", "absent"]), "one of map, classes");
        Refused(Inject(folder, "--scores", "classes"), "--target weights");
    }

    [Fact]
    public void Checksums_and_several_rows_a_fault_are_options()
    {
        using var folder = Files();

        var checksums = Inject(folder, "--target", "weights", "--checksums", "--max", "300", "--json");
        var several = Inject(folder, "--target", "weights", "--inputs-per-fault", "5", "--max", "1000", "--out", folder.File("out"));

        Assert.Equal((0.0, 1.0), ((double)checksums.Json["total"]!["rate"]!, (double)checksums.Json["detected"]!["value"]!));
        Assert.NotNull(checksums.Json["total"]!["exact"]);
        Assert.Contains("200 faults on 5 each, 24 inputs", several.Output, StringComparison.Ordinal);
        Assert.Contains("exact [0, ", several.Output, StringComparison.Ordinal);
        Assert.EndsWith("exact_low,exact_high", File.ReadLines(folder.File("out/rates.csv")).First(), StringComparison.Ordinal);
        Refused(Inject(folder, "--target", "weights", "--checksums", "--clamp"), "one at a time");
        Refused(Inject(folder, "--checksums"), "--target weights");
        Refused(Inject(folder, "--inputs-per-fault", "0"), "InputsPerFault");
        Refused(Inject(folder, "--inputs-per-fault", "25"), "there are 24");
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.9)]
    public void A_truncated_network_is_refused(double share)
    {
        using var folder = Files();
        var bytes = File.ReadAllBytes(folder.File("net.onnx"));
        File.WriteAllBytes(folder.File("net.onnx"), bytes[..(int)(share * bytes.Length)]);

        Refused(Inject(folder, "--target", "weights"), "truncated");
    }

    [Fact]
    public void A_model_of_a_table_takes_the_table_as_it_stands_and_encodes_it()
    {
        using var folder = Files();
        File.WriteAllLines(folder.File("rows.csv"), ["u,colour,class", .. Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"{i * 0.37 % 3},{(i % 4 == 0 ? "red" : i % 4 == 1 ? "" : "blue")},{(i * 0.37 % 3 > 1.5 ? "a" : "b")}"))]);
        var trained = ProgramRun.Of("train", folder.File("rows.csv"), "--target", "class", "--model-kind", "mlp", "--out", folder.File("m.ballast"), "--folds", "2");
        Assert.Equal(0, trained.ExitCode);
        string[] start = ["inject", folder.File("m.ballast"), folder.File("rows.csv")];

        var run = ProgramRun.Of([.. start, "--target", "weights", "--max", "500", "--json"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("embeddings.weight", run.Json["byLayer"]!.AsArray().Select(layer => (string)layer!["layer"]!));
        Assert.Equal(60, (int)run.Json["rows"]!);
        Refused(ProgramRun.Of([.. start, "--target", "weights", "--labels", "class"]), "knows its columns");
        Refused(ProgramRun.Of(start), "takes any network");
    }

    [Fact]
    public void A_campaign_goes_on_from_its_state()
    {
        using var folder = Files();

        var first = Inject(folder, "--max", "1500", "--json", "--resume", folder.File("state"));
        var length = new FileInfo(folder.File("state")).Length;
        var again = Inject(folder, "--max", "1500", "--json", "--resume", folder.File("state"));
        var other = Inject(folder, "--max", "1600", "--resume", folder.File("state"));

        Assert.Equal(80 + 2 * 1500, length);
        Assert.Equal(first.Output, again.Output);
        Refused(other, "another campaign");
        Assert.Equal(length, new FileInfo(folder.File("state")).Length);
    }

    [Fact]
    public void Bad_input_is_one_sentence_and_exit_code_2()
    {
        using var folder = Files();
        var graph = new NetworkGraphBuilder();
        graph.Output("y", graph.Linear("fc", graph.Sigmoid(graph.Input("x", [36]), "squash"), new GraphTensor("w", [2, 36], new float[72])));
        OnnxGraphWriter.Write(folder.File("sigmoid.onnx"), graph.Build());
        graph = new NetworkGraphBuilder();
        graph.Output("y", graph.Linear("fc", graph.Input("x", [36]), new GraphTensor("w", [2, 36], Enumerable.Repeat(float.NaN, 72).ToArray())));
        OnnxGraphWriter.Write(folder.File("nan.onnx"), graph.Build());
        NpyFile.Write<float>(folder.File("narrow.npy"), new float[] { 1, 2, 3, 4 }, [2, 2]);
        string Data(string name) => folder.File(name);

        Refused(ProgramRun.Of("inject", Data("sigmoid.onnx"), Data("rows.npy")), "'squash' (Sigmoid)");
        Refused(ProgramRun.Of("inject", Data("nan.onnx"), Data("rows.npy")), "'w' holds NaN");
        Refused(ProgramRun.Of("inject", Data("net.onnx"), Data("narrow.npy")), "36");
        Refused(ProgramRun.Of("inject", Data("absent.onnx"), Data("rows.npy")), "no file");
        Refused(Inject(folder, "--target", "wieghts"), "weights");
        Refused(Inject(folder, "--margin", "0"), "Margin");
        Refused(Inject(folder, "--rows", "0"), "--rows");
        Refused(Inject(folder, "--clamp"), "--target weights");
        Refused(Inject(folder, "--design", "exhaustive", "--max", "1000"), "at most 1,000");
    }

    private static void Refused(ProgramRun run, string found)
    {
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains(found, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Trim().Split('\n'));
    }

    private static ProgramRun Inject(TemporaryFolder folder, params string[] options) => ProgramRun.Of(["inject", folder.File("net.onnx"), folder.File("rows.npy"), .. options]);

    private static TemporaryFolder Files()
    {
        var folder = new TemporaryFolder();
        OnnxGraphWriter.Write(folder.File("net.onnx"), FaultCampaignTests.Graph());
        var rows = FaultCampaignTests.Inputs(24);
        NpyFile.Write<float>(folder.File("rows.npy"), rows.Features.ToArray(), [24, 1, 6, 6]);
        return folder;
    }
}
