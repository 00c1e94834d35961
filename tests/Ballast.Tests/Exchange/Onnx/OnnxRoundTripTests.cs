using System.Diagnostics;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx;
using Ballast.Tests.Exchange.Networks;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Exchange.Onnx;

/// <summary>What is written is read as the same network, byte for byte when written again, and the standard's own checker accepts it.</summary>
public sealed class OnnxRoundTripTests
{
    private const string Checker = "/usr/bin/python3";

    public static TheoryData<string> Networks => SampleNetworks.Names;

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_network_written_and_read_is_the_same_and_written_again_the_same_bytes(string name)
    {
        var graph = SampleNetworks.Get(name);

        var bytes = OnnxBytes.Of(graph);
        var read = OnnxBytes.Read(bytes);

        Assert.Null(graph.DifferenceFrom(read));
        Assert.Equal(bytes, OnnxBytes.Of(read));
        Assert.Equal(bytes, OnnxBytes.Of(SampleNetworks.Get(name)));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_reference_checker_accepts_what_is_written(string name)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("network.onnx");
        OnnxGraphWriter.Write(path, SampleNetworks.Get(name));

        var (code, said) = Check(path);

        Assert.SkipWhen(code == 3, "The reference checker (package python3-onnx) is not installed.");
        Assert.True(code == 0, said);
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("network.onnx");
        OnnxGraphWriter.Write(path, SampleNetworks.Get("perceptron"));
        var before = File.ReadAllBytes(path);
        var graph = new NetworkGraphBuilder();
        var clash = SampleNetworks.Weight("x", 3, 4);
        graph.Output("y", graph.Linear("fc", graph.Input("x", [4]), clash));

        Assert.Throws<ArgumentException>(() => OnnxGraphWriter.Write(path, graph.Build()));

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    // Shapes are inferred strictly, so that a wrong attribute is found as well as a missing one.
    internal static (int Code, string Said) Check(string path)
    {
        if (!File.Exists(Checker))
            return (3, "");
        const string Program = """
            import sys
            try:
                import onnx
                from onnx import checker, shape_inference
            except ImportError:
                sys.exit(3)
            model = onnx.load(sys.argv[1])
            checker.check_model(model, full_check=True)
            shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
            """;
        using var process = Process.Start(new ProcessStartInfo(Checker, ["-c", Program, path]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said);
    }
}
