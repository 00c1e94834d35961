using Ballast.Cli.Commands.Networks;
using Ballast.Tests.Learning.Tabular.Onnx;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands.Networks;

/// <summary><c>export</c> and <c>import</c>: networks that travel.</summary>
public sealed class ExportImportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_network_exported_imported_and_exported_again_predicts_the_same()
    {
        var images = ImageSamples.Folder(folder, "images", 10, 10);
        Run("train", images, "--epochs", "4", "--batch", "8", "--out", folder.File("a.safetensors"));
        Run("export", folder.File("a.safetensors"), "--out", folder.File("a.onnx"));
        var imported = Run("import", folder.File("a.onnx"), "--classes", "cat,dog", "--out", folder.File("b.safetensors"), "--json");
        Run("export", folder.File("b.safetensors"), "--out", folder.File("b.onnx"));

        Assert.Equal("[n, 1, 8, 8]", ((string)imported.Json["inputs"]![0]!["type"]!)[^12..]);
        Assert.Equal(2, (int)imported.Json["operators"]!["Conv"]!);
        Assert.Equal(Predictions(images, "a.safetensors"), Predictions(images, "b.safetensors"));
        Assert.Equal(Predictions(images, "a.safetensors"), Predictions(images, "b.onnx", "--classes", "cat", "dog"));
    }

    [Fact]
    public void A_network_of_others_is_imported_shown_and_kept()
    {
        var path = RealData.Require("vnnlib/mnistfc/mnist-net_256x2.onnx");

        var shown = Run("import", path);
        var kept = Run("import", path, "--out", folder.File("m.safetensors"), "--json");

        Assert.Contains("Linear  3", shown.Output, StringComparison.Ordinal);
        Assert.Equal(folder.File("m.safetensors"), (string)kept.Json["output"]!);
        var saved = NetworkReading.Open(folder.File("m.safetensors"));
        using var network = saved.Network;
        Assert.Equal([.. Enumerable.Range(0, 10).Select(k => $"{k}")], saved.ClassNames);
    }

    [Fact]
    public void An_operator_that_is_not_supported_is_named_with_its_node()
    {
        File.WriteAllBytes(folder.File("m.onnx"), OnnxFile.Operator("NonZero", "the_odd_one"));

        var sentence = Refused("import", folder.File("m.onnx"), "--out", folder.File("m.safetensors"));

        Assert.Contains("NonZero", sentence, StringComparison.Ordinal);
        Assert.Contains("the_odd_one", sentence, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("m.safetensors")));
    }

    [Fact]
    public void Networks_without_a_linear_last_layer_can_be_shown_but_not_kept()
    {
        File.WriteAllBytes(folder.File("m.onnx"), OnnxFile.Operator("Relu", "only"));

        Assert.Equal(0, ProgramRun.Of("import", folder.File("m.onnx")).ExitCode);
        Assert.Contains("whose last layer is linear", Refused("import", folder.File("m.onnx"), "--out", folder.File("m.safetensors")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_network_is_refused_and_files_stay_as_they_were()
    {
        File.WriteAllText(folder.File("out.onnx"), "mine");
        File.WriteAllLines(folder.File("t.csv"), ["a,y", .. Enumerable.Range(0, 40).Select(i => $"{i % 7},{(i % 7 > 3 ? "yes" : "no")}")]);
        Run("train", folder.File("t.csv"), "--target", "y", "--model-kind", "logistic", "--out", folder.File("logistic.ballast"));

        Assert.Contains("a model without a network", Refused("export", folder.File("logistic.ballast"), "--out", folder.File("out.onnx")), StringComparison.Ordinal);
        Assert.Contains("There is no file", Refused("export", folder.File("absent.safetensors"), "--out", folder.File("out.onnx")), StringComparison.Ordinal);
        Assert.Contains(".onnx or .safetensors", Refused("export", folder.File("logistic.ballast"), "--out", folder.File("out.pt")), StringComparison.Ordinal);
        Assert.Contains("There is no folder", Refused("export", folder.File("logistic.ballast"), "--out", folder.File("absent/out.onnx")), StringComparison.Ordinal);
        Assert.Contains("--classes goes with --out", Refused("import", folder.File("out.onnx"), "--classes", "a,b"), StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(folder.File("out.onnx")));
    }

    [Fact]
    public void As_many_names_as_outputs_are_wanted()
    {
        File.WriteAllBytes(folder.File("m.onnx"), OnnxFile.Softmax(2, [1, 2, 3, 4], 2));

        Assert.Contains("--classes gives 3 names for the 2 outputs", Refused("import", folder.File("m.onnx"), "--classes", "a,b,c", "--out", folder.File("m.safetensors")), StringComparison.Ordinal);
    }

    private static ProgramRun Run(params string[] arguments)
    {
        var run = ProgramRun.Of(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    private static string Refused(params string[] arguments)
    {
        var run = ProgramRun.Of(arguments);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        return Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    private string[] Predictions(string images, string model, params string[] options)
    {
        Run(["predict", images, "--model", folder.File(model), "--out", folder.File("p.csv"), .. options]);
        return [.. File.ReadLines(folder.File("p.csv")).Skip(1).Select(line => line.Split(',')).Select(row => $"{row[0]} {row[1]} {double.Parse(row[2]):0.0000}")];
    }
}
