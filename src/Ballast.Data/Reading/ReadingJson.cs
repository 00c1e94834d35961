using System.Text.Json.Serialization;

namespace Ballast.Data.Reading;

/// <summary>JSON of what a model file keeps of its table.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<EncodedColumn>))]
[JsonSerializable(typeof(TargetCoding))]
internal sealed partial class ReadingJson : JsonSerializerContext;
