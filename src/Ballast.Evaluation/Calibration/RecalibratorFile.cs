using System.Text.Json;
using System.Text.Json.Serialization;
using Ballast.Core;

namespace Ballast.Evaluation.Calibration;

/// <summary>A learned recalibrator with what it belongs to, as a JSON file: numbers and names, nothing that runs.</summary>
/// <param name="Method">What a user calls it.</param>
/// <param name="ClassNames">Names of class 0..K-1; their numbers where they have none.</param>
/// <param name="Rows">Rows it was fitted on.</param>
/// <param name="Seed">Seed of what was drawn.</param>
/// <param name="Map">The map.</param>
public sealed record RecalibratorFile(string Method, IReadOnlyList<string> ClassNames, int Rows, int Seed, ITrainedRecalibrator Map)
{
    private const string FormatName = "ballast-recalibrator";
    private const int FormatVersion = 1;
    private const long LargestFile = 256L << 20;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowOutOfOrderMetadataProperties = true,
        MaxDepth = 32,
        Converters = { new JsonStringEnumConverter() },
    };

    private sealed record Document(string Format, int Version, string Method, IReadOnlyList<string> ClassNames, int Rows, int Seed, ITrainedRecalibrator Map);

    /// <summary>Writes the file: the old one or the new one whole.</summary>
    public void Save(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, new Document(FormatName, FormatVersion, Method, ClassNames, Rows, Seed, Map), s_json));

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataFormatException">It is no recalibrator, or of a later version, or its numbers make no map.</exception>
    public static RecalibratorFile Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var stream = File.OpenRead(path);
        if (stream.Length > LargestFile)
            throw new DataFormatException(path, $"{stream.Length} bytes", $"a recalibrator of at most {LargestFile} bytes");
        Document? document;
        try
        {
            document = JsonSerializer.Deserialize<Document>(stream, s_json);
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NotSupportedException or OverflowException)
        {
            throw new DataFormatException(path, error.Message.TrimEnd('.'), "a recalibrator that calibrate wrote", inner: error);
        }
        if (document is not { Format: FormatName })
            throw new DataFormatException(path, $"the format '{document?.Format}'", FormatName);
        if (document.Version != FormatVersion)
            throw new DataFormatException(path, $"version {document.Version}", $"version {FormatVersion}");
        if (document.ClassNames.Count == 0 || document.ClassNames.Any(name => name is null))
            throw new DataFormatException(path, "no class names", "a name for each class");
        return new RecalibratorFile(document.Method, document.ClassNames, document.Rows, document.Seed, document.Map);
    }
}
