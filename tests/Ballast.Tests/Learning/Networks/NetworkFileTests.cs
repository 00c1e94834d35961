using System.Text.Json.Nodes;
using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Learning.Networks;
using Ballast.Tests.Shared;
using TorchSharp;

namespace Ballast.Tests.Learning.Networks;

public sealed class NetworkFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Small => NetworkSamples.Small;

    private string Weights => folder.File("network.safetensors");

    public void Dispose() => folder.Dispose();

    [Theory, MemberData(nameof(Small))]
    public void A_network_read_again_gives_the_same_outputs_to_the_bit(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var network = NetworkSamples.Make(name);
        NetworkSamples.Stir(network);
        network.eval();
        NetworkFile.Save(Weights, new SavedNetwork(network, ["a", "b"], new InputNormalization([0.5], [0.25])));

        var loaded = NetworkFile.Load(Weights);

        var input = NetworkSamples.Input(network, 3);
        Assert.Equal(NetworkSamples.Values(network.call(input)), NetworkSamples.Values(loaded.Network.call(input)));
        Assert.Equal(network.NamedTensors().Select(pair => pair.Name), loaded.Network.NamedTensors().Select(pair => pair.Name));
        Assert.Equal(["a", "b"], loaded.ClassNames);
        Assert.Equal([0.25], loaded.Normalization!.Deviation);
        Assert.False(loaded.Network.training);
        loaded.Network.Dispose();
    }

    [Fact]
    public void A_replaced_head_comes_back_as_what_it_is()
    {
        using var scope = torch.NewDisposeScope();
        using var network = new Mlp(4, [6], 5, seed: 2);
        network.ReplaceHead(new CosineHead(6, 3, new Initialization(1, "head"), scale: 16));
        NetworkFile.Save(Weights, new SavedNetwork(network, []));

        using var loaded = NetworkFile.Load(Weights).Network;

        Assert.IsType<CosineHead>(loaded.Head);
        Assert.Equal(NetworkSamples.Values(network.call(torch.ones(2, 4))), NetworkSamples.Values(loaded.call(torch.ones(2, 4))));
    }

    [Fact]
    public void Equal_networks_are_equal_files()
    {
        using var network = NetworkSamples.Make("tabular resnet");
        NetworkFile.Save(Weights, new SavedNetwork(network, []));
        NetworkFile.Save(folder.File("other.safetensors"), new SavedNetwork(network, []));

        Assert.Equal(File.ReadAllBytes(Weights), File.ReadAllBytes(folder.File("other.safetensors")));
        Assert.Equal(File.ReadAllText(folder.File("network.json")), File.ReadAllText(folder.File("other.json")));
    }

    [Fact]
    public void Damaged_or_mismatched_weights_are_refused()
    {
        using var network = NetworkSamples.Make("mlp");
        NetworkFile.Save(Weights, new SavedNetwork(network, []));
        var bytes = File.ReadAllBytes(Weights);
        for (var length = 0; length < bytes.Length; length += Math.Max(1, bytes.Length / 100))
        {
            File.WriteAllBytes(Weights, bytes[..length]);
            Assert.Throws<DataFormatException>(() => NetworkFile.Load(Weights));
        }
        bytes[^1] ^= 1;
        File.WriteAllBytes(Weights, bytes);

        Assert.Contains("SHA-256", Assert.Throws<DataFormatException>(() => NetworkFile.Load(Weights)).Message);
    }

    [Theory]
    [InlineData("inputs", "2000000000")]
    [InlineData("hidden", "[2000000000, 2000000000]")]
    [InlineData("hidden", "[16, 0]")]
    [InlineData("hidden", "null")]
    [InlineData("outputs", "-1")]
    [InlineData("dropout", "1.5")]
    [InlineData("architecture", "\"perceptron\"")]
    [InlineData("architecture", "\"resnet\"")]
    public void A_forged_description_is_refused_before_memory_is_taken(string field, string value)
    {
        using var network = NetworkSamples.Make("mlp");
        NetworkFile.Save(Weights, new SavedNetwork(network, []));
        var manifest = JsonNode.Parse(File.ReadAllText(folder.File("network.json")))!;
        manifest["config"]!["network"]![field] = JsonNode.Parse(value);
        File.WriteAllText(folder.File("network.json"), manifest.ToJsonString());
        var before = GC.GetTotalAllocatedBytes();

        var error = Assert.Throws<DataFormatException>(() => NetworkFile.Load(Weights));

        Assert.Contains("network.json", error.Message);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 100_000_000);
    }

    [Fact]
    public void Networks_of_ones_own_cannot_be_saved_and_leave_no_file()
    {
        using var network = new Mlp(4, [6], 5, seed: 2);
        network.ReplaceHead(torch.nn.Sequential(torch.nn.Linear(6, 2)));

        Assert.Throws<NotSupportedException>(() => NetworkFile.Save(Weights, new SavedNetwork(network, [])));

        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void A_blank_network_of_more_weights_than_allowed_is_refused()
    {
        Assert.Contains("more than 100", Assert.Throws<ArgumentException>(() => new MlpConfiguration(10, [10], 2).Create(Initialization.Blank(100))).Message);
        using var network = new MlpConfiguration(10, [10], 2).Create(Initialization.Blank(132));
        Assert.All(network.parameters(), parameter => Assert.Equal(0, parameter.abs().max().item<float>()));
    }
}
