using Ballast.Learning.Networks;
using TorchSharp;

namespace Ballast.Tests.Learning.Networks;

public sealed class VisionNetworksTests
{
    [Theory]
    [InlineData("resnet-18", 11_173_962)]
    [InlineData("resnet-32", 464_154)]
    [InlineData("lenet", 61_706)]
    public void Parameters_are_as_many_as_published(string name, long parameters)
    {
        using var network = NetworkSamples.Make(name);

        Assert.Equal(parameters, network.ParameterCount);
    }

    [Fact]
    public void ResNet_32_with_projections_has_two_more_convolutions()
    {
        using var network = new ResNet(ResNetConfiguration.ResNet32(new(3, 32, 32), 10, ResidualShortcut.Projection), seed: 0);

        Assert.Equal(464_154 + (16 * 32) + (2 * 32) + (32 * 64) + (2 * 64), network.ParameterCount);
        Assert.Equal("resnet-32", network.Architecture);
        Assert.Contains("layer2.0.downsample.0.weight", network.named_parameters().Select(pair => pair.name));
    }

    [Fact]
    public void Stages_halve_the_image_and_widen_it()
    {
        using var scope = torch.NewDisposeScope();
        using var network = NetworkSamples.Make("resnet-32");
        network.eval();

        var maps = network.Activations(NetworkSamples.Input(network, 1));

        Assert.Equal([1, 16, 32, 32], maps["layer1"].shape);
        Assert.Equal([1, 32, 16, 16], maps["layer2"].shape);
        Assert.Equal([1, 64, 8, 8], maps["layer3"].shape);
    }

    [Fact]
    public void Padding_shortcuts_keep_every_second_pixel_between_channels_of_zeros()
    {
        using var scope = torch.NewDisposeScope();
        using var shortcut = new Ballast.Learning.Networks.Layers.PadShortcut(2, 2);

        var output = shortcut.call(torch.arange(1, 10, torch.float32).reshape(1, 1, 3, 3));

        Assert.Equal([0, 0, 0, 0, 1, 3, 7, 9, 0, 0, 0, 0], NetworkSamples.Values(output));
    }

    [Theory, InlineData("lenet"), InlineData("small cnn"), InlineData("resnet-32"), InlineData("efficientnet tiny")]
    public void Inputs_of_another_rank_or_number_of_channels_are_refused(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var network = NetworkSamples.Make(name);

        Assert.Contains("takes images", Assert.Throws<ArgumentException>(() => network.call(torch.ones(1, 28))).Message);
        Assert.Contains("Axis 1", Assert.Throws<ArgumentException>(() => network.call(torch.ones(1, 5, 28, 28))).Message);
    }

    [Fact]
    public void Images_too_small_and_stages_that_disagree_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new LeNet(new(1, 11, 28), 10, seed: 0));
        Assert.Throws<ArgumentException>(() => new SmallCnn(new SmallCnnConfiguration(new(1, 3, 28), [4, 4], 8, 10), seed: 0));
        Assert.Throws<ArgumentException>(() => new ResNet(new ResNetConfiguration(new(1, 8, 8), 2, [1, 1], [8], ResidualShortcut.Pad), seed: 0));
        Assert.Throws<ArgumentException>(() => new ResNet(new ResNetConfiguration(new(1, 8, 8), 2, [1, 1], [8, 11], ResidualShortcut.Pad), seed: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ResNet(ResNetConfiguration.ResNet32(new(0, 8, 8), 2), seed: 0));
        Assert.Contains("b0, b1", Assert.Throws<ArgumentException>(() => EfficientNet.Create("b9", 10, seed: 0)).Message);
    }
}
