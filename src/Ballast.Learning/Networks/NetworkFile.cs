using System.Text.Json;
using System.Text.Json.Nodes;
using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Safetensors;
using static TorchSharp.torch;

namespace Ballast.Learning.Networks;

/// <summary>Keeps a network as two files side by side: <c>NAME.safetensors</c> with the weights, which other tools read as well, and <c>NAME.json</c>, which says how to build it.</summary>
/// <remarks>
/// The manifest names the architecture and its settings, which this library's own code builds; nothing in a file is run. It carries the SHA-256 of the weights: a pair of which
/// one half is older or damaged is refused. Sizes are checked against the weights' file before memory is taken.
/// </remarks>
public static class NetworkFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
    };

    /// <summary>Writes both files, the manifest last; each is whole or as it was.</summary>
    /// <param name="path">The file of weights, by custom <c>NAME.safetensors</c>; the manifest stands beside it as <c>NAME.json</c>.</param>
    /// <param name="saved">The network, on any device, in any mode.</param>
    /// <exception cref="NotSupportedException">The network or its head cannot be made by its name.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Save(string path, SavedNetwork saved)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(saved);
        var description = NetworkDescription.Of(saved.Network);
        SafetensorsFile.Write(path, NetworkWeights.Of(saved.Network));
        new NetworkManifest
        {
            Architecture = saved.Network.Architecture,
            Config = ToJson(description),
            ClassNames = saved.ClassNames,
            InputShape = [.. saved.Network.InputShape.Select(extent => (int)extent)],
            Normalization = saved.Normalization,
            Versions = new Dictionary<string, string> { ["ballast"] = typeof(NetworkFile).Assembly.GetName().Version!.ToString(3), ["torch"] = __version__ },
            WeightsSha256 = NetworkManifest.HashOf(path),
        }.Write(ManifestOf(path));
    }

    /// <summary>Reads a network, in evaluation mode, on the CPU.</summary>
    /// <param name="path">The file of weights.</param>
    /// <exception cref="DataFormatException">A file is damaged, or the two do not belong together.</exception>
    /// <exception cref="IOException">A file is absent or cannot be read.</exception>
    public static SavedNetwork Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var manifestPath = ManifestOf(path);
        var manifest = NetworkManifest.Read(manifestPath);
        manifest.RequireWeights(path);
        using var file = SafetensorsFile.Open(path);
        try
        {
            var network = NetworkWeights.Read(FromJson(manifest.Config), file);
            if (!network.InputShape.SequenceEqual(manifest.InputShape.Select(extent => (long)extent)))
                throw new ArgumentException($"an input shape [{string.Join(", ", manifest.InputShape)}] of a network for [{string.Join(", ", network.InputShape)}]");
            return new SavedNetwork(network, manifest.ClassNames, manifest.Normalization);
        }
        catch (Exception error) when (error is ArgumentException or JsonException or NotSupportedException or InvalidOperationException or OverflowException)
        {
            // Whatever a forged description makes the builders say, the file is at fault.
            throw new DataFormatException(manifestPath, error.Message.Split('\n')[0].TrimEnd('.'), $"a network that fits the weights of '{Path.GetFileName(path)}'", inner: error);
        }
    }

    /// <summary>The manifest that belongs to a file of weights.</summary>
    public static string ManifestOf(string path) => Path.ChangeExtension(path, "json");

    private static JsonObject ToJson(NetworkDescription description) => JsonSerializer.SerializeToNode(description, Json)!.AsObject();

    private static NetworkDescription FromJson(JsonObject config) => config.Deserialize<NetworkDescription>(Json) ?? throw new JsonException("No description of a network.");
}
