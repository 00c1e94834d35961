using System.Text.Json.Nodes;
using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Exchange.Networks;

/// <summary>The manifest beside the weights.</summary>
public sealed class NetworkManifestTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_manifest_says_all_that_is_needed_to_build_the_network_again()
    {
        File.WriteAllText(folder.File("weights"), "abc");
        var manifest = Sample(NetworkManifest.HashOf(folder.File("weights")));
        manifest.Write(folder.File("manifest.json"));

        var read = NetworkManifest.Read(folder.File("manifest.json"));

        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", read.WeightsSha256);
        Assert.Equal("resnet18", read.Architecture);
        Assert.Equal(64, (int)read.Config["width"]!);
        Assert.Equal(["cat", "ü <dog>"], read.ClassNames);
        Assert.Equal([3, 32, 32], read.InputShape);
        Assert.Equal([0.5, 0.4, 0.3], read.Normalization!.Mean);
        Assert.Equal("0.1.0", read.Versions["ballast"]);
        read.RequireWeights(folder.File("weights"));
    }

    [Fact]
    public void Other_weights_are_refused()
    {
        File.WriteAllText(folder.File("weights"), "abd");

        Assert.Throws<DataFormatException>(() => Sample(new string('0', 64)).RequireWeights(folder.File("weights")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"format":"ballast-network","version":2,"architecture":"a","config":{},"inputShape":[1],"weightsSha256":"0"}""")]
    [InlineData("""{"format":"other","version":1,"architecture":"a","config":{},"inputShape":[1],"weightsSha256":"0"}""")]
    [InlineData("""{"architecture":null,"config":{},"inputShape":[1],"weightsSha256":"0"}""")]
    [InlineData("""{"architecture":"a","architecture":"b","config":{},"inputShape":[1],"weightsSha256":"0"}""")]
    [InlineData("""{"architecture":"a","config":{},"inputShape":["x"],"weightsSha256":"0"}""")]
    public void What_is_no_manifest_is_refused(string text)
    {
        File.WriteAllText(folder.File("manifest.json"), text);

        Assert.Throws<DataFormatException>(() => NetworkManifest.Read(folder.File("manifest.json")));
    }

    [Fact]
    public void A_manifest_cut_at_any_byte_is_refused()
    {
        Sample("0").Write(folder.File("whole.json"));
        var text = File.ReadAllBytes(folder.File("whole.json"));

        for (var length = 0; length < text.Length; length++)
        {
            File.WriteAllBytes(folder.File("cut.json"), text[..length]);
            Assert.Throws<DataFormatException>(() => NetworkManifest.Read(folder.File("cut.json")));
        }
    }

    public void Dispose() => folder.Dispose();

    private static NetworkManifest Sample(string hash) => new()
    {
        Architecture = "resnet18",
        Config = new JsonObject { ["width"] = 64 },
        ClassNames = ["cat", "ü <dog>"],
        InputShape = [3, 32, 32],
        Normalization = new InputNormalization([0.5, 0.4, 0.3], [0.2, 0.2, 0.2]),
        Versions = new Dictionary<string, string> { ["ballast"] = "0.1.0" },
        WeightsSha256 = hash,
    };
}
