using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ballast.Core;
using Ballast.Exchange.Safetensors;
using static TorchSharp.torch;

namespace Ballast.Learning.Training.Checkpoints;

/// <summary>A folder of checkpoints: a safetensors file each and, written after it, a JSON manifest that states its hash. The last two are kept.</summary>
/// <remarks>Killed at any moment, the folder holds the checkpoints from before or the new one too: one without a manifest does not count.</remarks>
internal sealed class CheckpointStore
{
    private const int Kept = 2;
    private const string StateKey = "training";
    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    private readonly string folder;

    public CheckpointStore(string folder)
    {
        this.folder = folder;
        Directory.CreateDirectory(folder);
        foreach (var leftover in Directory.EnumerateFiles(folder, ".checkpoint-*.tmp"))
            File.Delete(leftover);
    }

    /// <summary>The newest checkpoint's manifest, or null.</summary>
    public string? Latest => Manifests().FirstOrDefault();

    /// <summary>Writes a checkpoint and removes those before the last two.</summary>
    public void Write(CheckpointState state, IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        var manifest = Path.Combine(folder, $"checkpoint-{state.Position.Steps:D12}.json");
        var file = TensorsOf(manifest);
        SafetensorsFile.Write(file, tensors.Select(t => TensorFileEntry.Of(t.Name, t.Tensor)), new Dictionary<string, string> { [StateKey] = JsonSerializer.Serialize(state, Json) });
        AtomicFile.WriteText(manifest, JsonSerializer.Serialize(new CheckpointManifest(CheckpointManifest.FormatName, state.Position.Steps, new FileInfo(file).Length, HashOf(file)), Json));
        RemoveOld();
    }

    /// <summary>The newest checkpoint that is whole; null where the folder holds none.</summary>
    /// <param name="warnings">Told of damaged ones that were passed over.</param>
    /// <exception cref="DataFormatException">There are checkpoints, and each is damaged.</exception>
    public Checkpoint? Open(ICollection<string> warnings)
    {
        DataFormatException? first = null;
        foreach (var manifest in Manifests())
        {
            try
            {
                return Open(manifest);
            }
            catch (DataFormatException error)
            {
                first ??= error;
                warnings.Add($"A damaged checkpoint was passed over: {error.Message}");
            }
        }
        return first is null ? null : throw first;
    }

    private static Checkpoint Open(string manifest)
    {
        var stated = Parse<CheckpointManifest>(File.ReadAllText(manifest), manifest);
        var path = TensorsOf(manifest);
        if (stated.Format != CheckpointManifest.FormatName)
            throw new DataFormatException(manifest, $"format '{stated.Format}'", $"'{CheckpointManifest.FormatName}'");
        if (!File.Exists(path))
            throw new DataFormatException(manifest, "no tensors beside it", Path.GetFileName(path));
        if (new FileInfo(path).Length is var length && length != stated.Bytes)
            throw new DataFormatException(path, $"{length} bytes", $"{stated.Bytes}, as its manifest states");
        if (HashOf(path) is var hash && hash != stated.Sha256)
            throw new DataFormatException(path, $"SHA-256 {hash}", $"{stated.Sha256}, as its manifest states");
        var file = SafetensorsFile.Open(path);
        try
        {
            if (!file.Metadata.TryGetValue(StateKey, out var text))
                throw new DataFormatException(path, $"no '{StateKey}' among its texts", "the state of a training");
            var state = Parse<CheckpointState>(text, path);
            if (state.Position.Steps != stated.Steps)
                throw new DataFormatException(manifest, $"{stated.Steps} steps", $"{state.Position.Steps}, as its tensors' file states");
            return new Checkpoint(path, file, state);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static T Parse<T>(string text, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Json) ?? throw new DataFormatException(path, "null", "an object");
        }
        catch (JsonException error)
        {
            throw new DataFormatException(path, "no JSON of this kind", "the state of a training", (error.LineNumber ?? 0) + 1, error.Path, error);
        }
    }

    private static string HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string TensorsOf(string manifest) => Path.ChangeExtension(manifest, ".safetensors");

    private string[] Manifests() => [.. Directory.GetFiles(folder, "checkpoint-*.json").OrderDescending(StringComparer.Ordinal)];

    // The manifest goes first: without it, tensors do not count.
    private void RemoveOld()
    {
        foreach (var manifest in Manifests().Skip(Kept))
            File.Delete(manifest);
        var kept = Manifests().Select(TensorsOf).ToHashSet(StringComparer.Ordinal);
        foreach (var tensors in Directory.GetFiles(folder, "checkpoint-*.safetensors").Where(path => !kept.Contains(path)))
            File.Delete(tensors);
    }
}
