using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ballast.Core;

namespace Ballast.Learning.Tabular.Saving;

/// <summary>Keeps a model in one file, by custom called <c>model.ballast</c>.</summary>
/// <remarks>
/// A zip archive without compression: <c>manifest.json</c> with its SHA-256 in <c>manifest.sha256</c>, and a part for each set of trees, whose lengths and SHA-256
/// stand in the manifest. Reading executes nothing, takes no more memory than the file is long for its parts, and answers every damaged file with <see cref="DataFormatException"/>.
/// The same model gives the same bytes.
/// </remarks>
public static class ModelFile
{
    /// <summary>The version of the format that is written, and the only one that is read.</summary>
    public const int FormatVersion = 1;

    private const string ManifestName = "manifest.json", ManifestHashName = "manifest.sha256";

    // The earliest moment a zip archive can name: an actual date would make equal models unequal files.
    private static readonly DateTimeOffset EntryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes the model, atomically.</summary>
    /// <exception cref="NotSupportedException">The model is none of this library's own kinds.</exception>
    public static void Save(string path, SavedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var parts = new ModelParts();
        var manifest = JsonSerializer.SerializeToUtf8Bytes(ModelManifest.Of(model, parts), ModelManifest.Json);
        AtomicFile.Write(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            Add(archive, ManifestName, manifest);
            Add(archive, ManifestHashName, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(manifest))));
            foreach (var (name, content) in parts.Contents)
                Add(archive, name, content);
        });
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="DataFormatException">The file is no model, is damaged, or is of a newer format.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static SavedModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            throw new DataFormatException(path, "a directory", "a model saved by ballast");
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            using var archive = OpenArchive(stream);
            var content = Read(archive, ManifestName, stream.Length);
            var hash = Encoding.ASCII.GetString(Read(archive, ManifestHashName, stream.Length));
            if (hash != Convert.ToHexStringLower(SHA256.HashData(content)))
                throw new InvalidDataException("a manifest that does not match its SHA-256");
            RequireVersion(path, content);
            var manifest = JsonSerializer.Deserialize<ModelManifest>(content, ModelManifest.Json) ?? throw new InvalidDataException("an empty manifest");
            return manifest.ToModel(new ModelParts(manifest.Parts, name => Read(archive, name, stream.Length)));
        }
        catch (Exception error) when (error is not (DataFormatException or OutOfMemoryException or DllNotFoundException or UnauthorizedAccessException))
        {
            // Whatever a damaged or forged file makes the readers of zip, JSON and trees say, the file is at fault.
            throw new DataFormatException(path, error.Message.TrimEnd('.'), "a model saved by ballast", inner: error);
        }
    }

    // What the reader of archives says of other files ("End of Central Directory record could not be found") helps nobody.
    private static ZipArchive OpenArchive(Stream stream)
    {
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException("another kind of file, or part of one", error);
        }
    }

    private static void Add(ZipArchive archive, string name, byte[] content)
    {
        var entry = archive.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = EntryTime;
        using var stream = entry.Open();
        stream.Write(content);
    }

    private static byte[] Read(ZipArchive archive, string name, long fileLength)
    {
        var entry = archive.GetEntry(name) ?? throw new InvalidDataException($"no part '{name}'");
        if (entry.Length > fileLength || entry.CompressedLength != entry.Length)
            throw new InvalidDataException($"a part '{name}' that claims {entry.Length} bytes in a file of {fileLength}");
        var content = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(content);
        return content;
    }

    private static void RequireVersion(string path, byte[] manifest)
    {
        using var json = JsonDocument.Parse(manifest);
        if (json.RootElement.GetProperty("format").GetString() != ModelManifest.FormatName)
            throw new InvalidDataException("another kind of file");
        if (json.RootElement.GetProperty("version").GetInt32() is var version && version != FormatVersion)
            throw new DataFormatException(path, $"model format version {version}", $"version {FormatVersion}; a newer ballast may read it");
    }
}

/// <summary>The large pieces of a model that stand beside its manifest.</summary>
internal sealed class ModelParts
{
    private readonly IReadOnlyList<ModelPart> described;
    private readonly Func<string, byte[]>? read;

    /// <summary>For writing.</summary>
    internal ModelParts() => described = [];

    /// <summary>For reading.</summary>
    internal ModelParts(IReadOnlyList<ModelPart> described, Func<string, byte[]> read) => (this.described, this.read) = (described, read);

    internal List<(string Name, byte[] Content)> Contents { get; } = [];

    /// <summary>Adds a text; gives the name of its part.</summary>
    internal string Add(string text) => Add(Encoding.UTF8.GetBytes(text), "txt");

    /// <summary>Adds bytes; gives the name of their part.</summary>
    internal string Add(byte[] content, string extension)
    {
        var name = $"part-{Contents.Count}.{extension}";
        Contents.Add((name, content));
        return name;
    }

    internal IReadOnlyList<ModelPart> Describe() => [.. Contents.Select(part =>
        new ModelPart(part.Name, part.Content.Length, Convert.ToHexStringLower(SHA256.HashData(part.Content))))];

    /// <summary>The text of a part, after its length and hash have been checked.</summary>
    internal string Text(string name) => Encoding.UTF8.GetString(Content(name));

    /// <summary>The bytes of a part, after its length and hash have been checked.</summary>
    internal byte[] Content(string name)
    {
        var part = described.FirstOrDefault(candidate => candidate.Name == name) ?? throw new InvalidDataException($"no description of part '{name}'");
        var content = read!(name);
        if (content.Length != part.Length || Convert.ToHexStringLower(SHA256.HashData(content)) != part.Sha256)
            throw new InvalidDataException($"a part '{name}' that does not match its SHA-256");
        return content;
    }
}

/// <summary>A part as the manifest describes it.</summary>
internal sealed record ModelPart(string Name, long Length, string Sha256);
