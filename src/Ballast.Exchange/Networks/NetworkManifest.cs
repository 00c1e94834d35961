using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ballast.Core;

namespace Ballast.Exchange.Networks;

/// <summary>What stands beside the weights of a network, as JSON: how to build it again, what goes in, what comes out, and which weights it speaks of.</summary>
/// <remarks>Reading builds nothing and runs nothing: <see cref="Architecture"/> is a name that the reader's own code knows, <see cref="Config"/> its settings.</remarks>
public sealed record NetworkManifest
{
    /// <summary>The version of the format that is written, and the only one that is read.</summary>
    public const int FormatVersion = 1;

    private const string FormatName = "ballast-network";
    private const long MaxBytes = 16 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>Always <c>ballast-network</c>.</summary>
    public string Format { get; init; } = FormatName;

    /// <summary>Version of the manifest's format.</summary>
    public int Version { get; init; } = FormatVersion;

    /// <summary>Name of the architecture, such as <c>resnet18</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The architecture's settings.</summary>
    public required JsonObject Config { get; init; }

    /// <summary>Names of the classes, in the order of the outputs; empty for a regression.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Shape of one sample.</summary>
    public required IReadOnlyList<int> InputShape { get; init; }

    /// <summary>What is done to an input before the network sees it; null for nothing.</summary>
    public InputNormalization? Normalization { get; init; }

    /// <summary>Versions of what made the weights, such as <c>ballast</c> and <c>torch</c>.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>SHA-256 of the file of weights, in lower-case hexadecimal.</summary>
    public required string WeightsSha256 { get; init; }

    /// <summary>SHA-256 of a file, as <see cref="WeightsSha256"/> has it.</summary>
    public static string HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="DataFormatException">No manifest, one of another version, or one that lacks something.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NetworkManifest Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = File.OpenRead(path);
        if (stream.Length > MaxBytes)
            throw new DataFormatException(path, $"{stream.Length} bytes", $"a manifest of at most {MaxBytes}");
        try
        {
            var manifest = JsonSerializer.Deserialize<NetworkManifest>(stream, Json);
            return manifest is { Format: FormatName, Version: FormatVersion } ? manifest
                : throw new DataFormatException(path, $"format '{manifest?.Format}' version {manifest?.Version}", $"format '{FormatName}' version {FormatVersion}");
        }
        catch (JsonException error)
        {
            throw new DataFormatException(path, $"no manifest of a network ({error.Message.Split('\n')[0].TrimEnd('.')})", "JSON with architecture, config, inputShape and weightsSha256", inner: error);
        }
    }

    /// <summary>Writes the manifest; an existing file stays as it was when writing fails.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, Json));

    /// <summary>Checks that a file of weights is the one the manifest speaks of.</summary>
    /// <exception cref="DataFormatException">It is another, or damaged.</exception>
    public void RequireWeights(string path)
    {
        var hash = HashOf(path);
        if (hash != WeightsSha256)
            throw new DataFormatException(path, $"weights with SHA-256 {hash}", $"{WeightsSha256} as the manifest says");
    }
}
