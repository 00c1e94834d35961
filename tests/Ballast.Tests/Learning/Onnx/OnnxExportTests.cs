using Ballast.Core;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Calibration.Scaling;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx;
using Ballast.Learning.Networks;
using Ballast.Learning.Onnx;
using Ballast.Tests.Exchange.Onnx;
using Ballast.Tests.Learning.Networks;
using Ballast.Tests.Shared;
using TorchSharp;

namespace Ballast.Tests.Learning.Onnx;

/// <summary>Every network of the library as other tools see it.</summary>
public sealed class OnnxExportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> All => NetworkSamples.All;

    private string File => folder.File("network.onnx");

    public void Dispose() => folder.Dispose();

    [Theory, MemberData(nameof(All))]
    public void The_runtime_gives_the_same_outputs_for_one_sample_and_for_three(string name)
    {
        using var network = NetworkSamples.Make(name);
        NetworkSamples.Stir(network);
        OnnxExport.Write(network, File);
        using var model = new OnnxRuntimeModel(System.IO.File.ReadAllBytes(File));

        AssertAlike(network, model, normalize: input => input);
    }

    [Theory, MemberData(nameof(All))]
    public void Exported_imported_and_exported_again_it_is_the_same_graph(string name)
    {
        using var network = NetworkSamples.Make(name);
        NetworkSamples.Stir(network);
        OnnxExport.Write(network, File);

        using var module = new GraphModule(OnnxGraphReader.Read(File));

        Assert.Null(network.ToGraph().DifferenceFrom(module.ToGraph()));
        OnnxGraphWriter.Write(folder.File("again.onnx"), module.ToGraph());
        Assert.Equal(System.IO.File.ReadAllBytes(File), System.IO.File.ReadAllBytes(folder.File("again.onnx")));
        using var scope = torch.NewDisposeScope();
        network.eval();
        var input = NetworkSamples.Input(network, 2);
        Assert.Equal(NetworkSamples.Values(network.call(input)), NetworkSamples.Values(module.call(input)), Close);
    }

    [Fact]
    public void The_reference_checker_accepts_every_network()
    {
        foreach (var name in NetworkSamples.All.Select(row => row.Data))
        {
            using var network = NetworkSamples.Make(name);
            OnnxExport.Write(network, File);

            var (code, said) = OnnxRoundTripTests.Check(File);

            Assert.SkipWhen(code == 3, "The reference checker (package python3-onnx) is not installed.");
            Assert.True(code == 0, $"{name}: {said}");
        }
    }

    [Fact]
    public void A_cosine_head_travels()
    {
        using var network = new Mlp(4, [6], 5, seed: 2);
        network.ReplaceHead(new CosineHead(6, 3, new Initialization(1, "head"), scale: 16));
        OnnxExport.Write(network, File);
        using var model = new OnnxRuntimeModel(System.IO.File.ReadAllBytes(File));

        AssertAlike(network, model, normalize: input => input);
    }

    [Theory, InlineData("small cnn with batch norm"), InlineData("mlp")]
    public void A_normalisation_written_in_front_takes_inputs_as_they_come(string name)
    {
        using var network = NetworkSamples.Make(name);
        var channels = (int)network.InputShape[0];
        double[] mean = [.. Enumerable.Range(0, channels).Select(c => 0.1 * (c + 1))], deviation = [.. Enumerable.Range(0, channels).Select(c => 0.5 + (0.1 * c))];
        OnnxExport.Write(network, File, new InputNormalization(mean, deviation));
        using var model = new OnnxRuntimeModel(System.IO.File.ReadAllBytes(File));

        long[] shape = [channels, .. Enumerable.Repeat(1L, network.InputShape.Count - 1)];
        AssertAlike(network, model, input => (input - torch.tensor(mean).to(torch.float32).reshape(shape)) / torch.tensor(deviation).to(torch.float32).reshape(shape));
        Assert.Throws<ArgumentException>(() => OnnxExport.Write(network, File, new InputNormalization([1, 2, 3, 4, 5], [1, 1, 1, 1, 1])));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_recalibration_written_behind_gives_scores_of_the_recalibrated_probabilities(bool onLogProbabilities)
    {
        using var network = NetworkSamples.Make("mlp");
        var classes = HeadConfiguration.Of(network.Head).Outputs;
        var random = RandomStream.For(3, "recalibration");
        var map = new MatrixMap([.. Enumerable.Range(0, classes * classes).Select(_ => random.NextGaussian())], [.. Enumerable.Range(0, classes).Select(_ => random.NextGaussian())], onLogProbabilities);
        OnnxExport.Write(network, File, recalibration: AffineLogits.Of(map, classes));
        using var model = new OnnxRuntimeModel(System.IO.File.ReadAllBytes(File));
        using var scope = torch.NewDisposeScope();
        var input = NetworkSamples.Input(network, 3, seed: 1);
        network.eval();

        var scores = Assert.Single(model.Run([(NetworkSamples.Values(input), input.shape)])).Select(score => (double)score).ToArray();

        var own = new Logits([.. NetworkSamples.Values(network.call(input)).Select(score => (double)score)], classes);
        var expected = map.Apply(own);
        var found = new Logits(scores, classes).ToPredictions();
        for (var i = 0; i < 3; i++)
            for (var k = 0; k < classes; k++)
                Assert.Equal(expected[i, k], found[i, k], 1e-5);
        Assert.Throws<ArgumentException>(() => OnnxExport.Write(network, File, recalibration: AffineLogits.Of(new TemperatureMap(2), classes + 1)));
    }

    [Fact]
    public void Networks_and_modules_without_a_form_are_named_and_leave_no_file()
    {
        using var network = new Mlp(4, [6], 5, seed: 2);
        network.ReplaceHead(torch.nn.Sequential(torch.nn.Linear(6, 6), torch.nn.GELU()));

        var error = Assert.Throws<NotSupportedException>(() => OnnxExport.Write(network, File));

        Assert.Contains("head.1", error.Message);
        Assert.Contains("GELU", error.Message);
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Theory, InlineData("b1"), InlineData("b2"), InlineData("b3"), InlineData("b4"), InlineData("b5"), InlineData("b6"), InlineData("b7")]
    public void Larger_EfficientNets_give_the_same_outputs(string name)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("BALLAST_LONG") == "1", "Set BALLAST_LONG=1 to export EfficientNet B1 to B7.");
        using var network = new EfficientNet(EfficientNetConfiguration.Named(name, 10, pixels: 64), seed: 1);
        OnnxExport.Write(network, File);
        using var model = new OnnxRuntimeModel(System.IO.File.ReadAllBytes(File));

        AssertAlike(network, model, normalize: input => input);
    }

    private static void AssertAlike(Network network, OnnxRuntimeModel model, Func<torch.Tensor, torch.Tensor> normalize)
    {
        using var scope = torch.NewDisposeScope();
        using var gradients = torch.no_grad();
        network.eval();
        foreach (var batch in new[] { 1, 3 })
        {
            var input = NetworkSamples.Input(network, batch, seed: batch);

            var outputs = Assert.Single(model.Run([(NetworkSamples.Values(input), input.shape)]));

            Assert.Equal(NetworkSamples.Values(network.call(normalize(input))), outputs, Close);
        }
    }

    private static bool Close(float a, float b) => Math.Abs(a - b) < 1e-4;
}
