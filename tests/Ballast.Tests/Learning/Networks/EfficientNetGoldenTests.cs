using System.Text.Json;
using Ballast.Learning.Networks;
using Ballast.Learning.Networks.Layers;
using Ballast.Tests.Shared;
using TorchSharp;

namespace Ballast.Tests.Learning.Networks;

public sealed class EfficientNetGoldenTests
{
    public static TheoryData<string> Architectures => GoldenFiles.Matching("efficientnet-arch*.json");

    public static TheoryData<string> Blocks => GoldenFiles.Matching("efficientnet-mbconv*.json");

    [Theory, MemberData(nameof(Architectures))]
    public void Variants_have_the_blocks_and_parameters_of_the_vectors(string path)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(path));

        foreach (var variant in file.RootElement.GetProperty("variants").EnumerateObject())
        {
            var (expected, name) = (variant.Value, variant.Name);
            var configuration = new EfficientNetConfiguration(
                new(expected.GetProperty("in_channels").GetInt32(), 32, 32), expected.GetProperty("classes").GetInt32(),
                expected.GetProperty("width").GetDouble(), expected.GetProperty("depth").GetDouble(), Dropout: 0.2);
            using var network = new EfficientNet(configuration, seed: 0);

            Assert.Equal((name, expected.GetProperty("parameters").GetInt64()), (name, network.ParameterCount));
            Assert.Equal(expected.GetProperty("stem").GetInt32(), configuration.StemWidth);
            Assert.Equal(expected.GetProperty("head").GetInt32(), network.FeatureCount);
            Assert.Equal(
                expected.GetProperty("blocks").EnumerateArray().Select(GoldenJson.Ints),
                configuration.Stages().SelectMany(stage => stage.Blocks()).Select(
                    block => new[] { block.Inputs, block.Expansion, block.Kernel, block.Stride, block.Outputs, block.Expanded, block.Squeezed }));
        }
    }

    [Theory, MemberData(nameof(Architectures))]
    public void Widths_are_rounded_as_in_the_vectors(string path)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(path));

        Assert.All(file.RootElement.GetProperty("round8").EnumerateArray(), pair => Assert.Equal(pair[1].GetDouble(), EfficientNetConfiguration.Round8(pair[0].GetDouble())));
    }

    [Theory, MemberData(nameof(Blocks))]
    public void Blocks_compute_what_the_vectors_say(string path)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(path));
        if (!file.RootElement.TryGetProperty("blocks", out var blocks))
            return;

        foreach (var (index, block) in blocks.EnumerateArray().Index())
        {
            using var scope = torch.NewDisposeScope();
            var config = block.GetProperty("config");
            int Of(string name) => config.GetProperty(name).GetInt32();
            using var layer = new MbConv(
                new(Of("c_in"), Of("expand"), Of("kernel"), Of("stride"), Of("c_out")), EfficientNetConfiguration.Named("b0", 10), dropped: 0, new Initialization(0), index: 0);
            Load(layer, [.. block.GetProperty("state").EnumerateObject().Select(tensor => Tensor(tensor.Value))]);
            layer.eval();

            var output = layer.call(Tensor(block.GetProperty("input")));

            var expected = Tensor(block.GetProperty("output"));
            Assert.Equal(expected.shape, output.shape);
            Assert.True((expected - output).abs().max().item<float>() <= 1e-5, $"block {index}");
        }
    }

    [Fact]
    public void Published_variants_have_the_published_settings()
    {
        var tiny = EfficientNetConfiguration.Named("Tiny", 10, channels: 1);
        var b7 = EfficientNetConfiguration.Named("b7", 1000);

        Assert.Equal((0.25, 0.34, 0.1, 1, 28), (tiny.WidthFactor, tiny.DepthFactor, tiny.Dropout, tiny.StemStride, tiny.Image.Height));
        Assert.Equal((2.0, 3.1, 0.5, 2, 600), (b7.WidthFactor, b7.DepthFactor, b7.Dropout, b7.StemStride, b7.Image.Width));
    }

    [Fact]
    public void Residual_branches_are_dropped_more_often_the_deeper_they_lie()
    {
        using var network = EfficientNet.Create("tiny", 10, seed: 0, channels: 1);

        var probabilities = network.modules().OfType<StochasticDepth>().Select(layer => layer.Probability).ToArray();

        Assert.Equal(10, probabilities.Length);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => 0.2 * i / 10), probabilities, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void A_dropped_branch_leaves_the_samples_own_input_and_a_kept_one_is_scaled()
    {
        using var scope = torch.NewDisposeScope();
        using var layer = new StochasticDepth(0.4, seed: 1, layer: 0);

        var output = layer.call(torch.ones(2000, 3, 2, 2)).reshape(2000, 12);

        Assert.True(((output == 0) | ((output - (1 / 0.6)).abs() < 1e-6)).all().item<bool>());
        Assert.True((output.min(1).values == output.max(1).values).all().item<bool>());
        Assert.Equal(0.4, (output.select(1, 0) == 0).to_type(torch.float32).mean().item<float>(), 0.04);
    }

    [Fact]
    public void Names_are_torchvisions()
    {
        using var network = EfficientNet.Create("b0", 1000, seed: 0);

        var names = network.NamedTensors().Select(pair => pair.Name).ToHashSet();

        Assert.Superset(
            new HashSet<string>
            {
                "features.0.0.weight", "features.0.1.running_mean", "features.1.0.block.0.0.weight", "features.1.0.block.1.fc1.bias", "features.1.0.block.2.1.weight",
                "features.2.0.block.3.1.running_var", "features.7.0.block.3.0.weight", "features.8.0.weight", "head.weight", "head.bias",
            },
            names);
        // 213 parameters and three running statistics for each of 49 normalisations.
        Assert.Equal(213 + (3 * 49), names.Count);
    }

    [Fact]
    public void The_first_head_is_uniform_within_the_inverse_root_of_the_classes()
    {
        using var scope = torch.NewDisposeScope();
        using var network = EfficientNet.Create("tiny", 25, seed: 0, channels: 1);

        var weight = network.LinearHead!.weight;

        Assert.InRange(weight.abs().max().item<float>(), 0.19f, 0.2f);
        Assert.Equal(0, network.LinearHead.bias!.abs().max().item<float>());
    }

    [Fact]
    public void A_single_image_of_one_pixel_at_the_end_cannot_be_trained_on_and_can_be_judged()
    {
        using var scope = torch.NewDisposeScope();
        using var network = new EfficientNet(EfficientNetConfiguration.Named("tiny", 3, channels: 1, pixels: 8), seed: 0);
        var input = NetworkSamples.Input(network, 1);

        Assert.Contains("more than one value a channel", Assert.Throws<ArgumentException>(() => network.call(input)).Message);
        network.eval();
        Assert.False(network.call(input).isnan().any().item<bool>());
    }

    // By order, batch normalisation's running statistics right after its weights.
    private static void Load(MbConv layer, IReadOnlyList<torch.Tensor> state)
    {
        using var _ = torch.no_grad();
        var own = layer.named_modules().SelectMany(pair => pair.module.named_parameters(false).Select(p => (torch.Tensor)p.parameter)
            .Concat(pair.module.named_buffers(false).Where(buffer => buffer.name != "num_batches_tracked").Select(b => b.buffer))).ToArray();
        Assert.Equal(own.Select(tensor => tensor.shape), state.Select(tensor => tensor.shape));
        foreach (var (mine, given) in own.Zip(state))
            mine.copy_(given);
    }

    private static torch.Tensor Tensor(JsonElement array) =>
        torch.tensor(Array.ConvertAll(GoldenJson.Doubles(array.GetProperty("data")), value => (float)value)).reshape([.. GoldenJson.Ints(array.GetProperty("shape")).Select(extent => (long)extent)]);
}
