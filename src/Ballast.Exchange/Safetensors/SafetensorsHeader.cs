using System.Buffers.Binary;
using System.Text.Json;
using Ballast.Core;
using Ballast.Exchange.Networks;

namespace Ballast.Exchange.Safetensors;

/// <summary>The header: 8 bytes of length, then JSON. Everything is checked against the length of the file before anything is read.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>What the reference implementation reads at most.</summary>
    public const int MaxBytes = 100_000_000;

    public const int LengthBytes = 8;

    private const string MetadataName = "__metadata__";

    private readonly string file;
    private readonly Dictionary<string, SafetensorsEntry> tensors = [];
    private readonly Dictionary<string, string> metadata = [];
    private bool hasMetadata;

    private SafetensorsHeader(string file) => this.file = file;

    public IReadOnlyDictionary<string, SafetensorsEntry> Tensors => tensors;

    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>Length of the JSON.</summary>
    public static int LengthOf(ReadOnlySpan<byte> start, long fileLength, string file)
    {
        if (start.Length < LengthBytes)
            throw new DataFormatException(file, $"{fileLength} bytes", "a safetensors file: 8 bytes of length, then a header");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length > MaxBytes || length > (ulong)(fileLength - LengthBytes))
            throw new DataFormatException(file, $"a header of {length} bytes", $"at most {Math.Min(MaxBytes, fileLength - LengthBytes)}");
        return (int)length;
    }

    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataBytes, string file)
    {
        var header = new SafetensorsHeader(file);
        if (json.IsEmpty || json[0] != '{')
            throw header.Bad("no '{' at the start of the header", "a JSON object");
        try
        {
            header.Read(json);
        }
        catch (JsonException error)
        {
            throw new DataFormatException(file, $"a header that is no JSON ({error.Message.TrimEnd('.')})", "a JSON object", inner: error);
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException)
        {
            // Text that is no UTF-8, or a number where a text must be.
            throw new DataFormatException(file, "a header of other values than the format's", "names, types, shapes and offsets", inner: error);
        }
        header.RequireContiguous(dataBytes);
        return header;
    }

    public static byte[] Write(IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataName);
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            var offset = 0L;
            foreach (var tensor in tensors)
            {
                if (tensor.Name == MetadataName)
                    throw new ArgumentException($"A tensor may not be called {MetadataName}.", nameof(tensors));
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", SafetensorsTypes.NameOf(tensor.Type));
                json.WriteStartArray("shape");
                foreach (var extent in tensor.Shape)
                    json.WriteNumberValue(extent);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.ByteCount);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // The data begin at a multiple of 8, so that readers can map them.
        while (stream.Length % 8 != 0)
            stream.WriteByte((byte)' ');
        if (stream.Length > MaxBytes)
            throw new ArgumentException($"The header would have {stream.Length} bytes; at most {MaxBytes} are read by other tools.", nameof(tensors));
        var text = stream.GetBuffer().AsSpan(0, (int)stream.Length);
        var header = new byte[LengthBytes + text.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)text.Length);
        text.CopyTo(header.AsSpan(LengthBytes));
        return header;
    }

    private void Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw Bad($"'{name}' that is no object", "a description of a tensor");
            if (name != MetadataName)
                ReadTensor(ref reader, name);
            else if (hasMetadata)
                throw Bad("metadata twice", "once");
            else
                ReadMetadata(ref reader);
        }
        // The writer of the reference pads with blanks; the reader goes on to the end and refuses anything else.
        if (reader.TokenType != JsonTokenType.EndObject || reader.Read())
            throw Bad("more after the header's JSON", "blanks at most");
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        hasMetadata = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String || !metadata.TryAdd(key, reader.GetString()!))
                throw Bad($"metadata '{key}' twice, or no text", "texts, each once");
        }
    }

    private void ReadTensor(ref Utf8JsonReader reader, string name)
    {
        SafetensorsType? type = null;
        List<long>? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.GetString()!;
            reader.Read();
            switch (field)
            {
                case "dtype" when type is null:
                    var text = reader.GetString() ?? "";
                    type = SafetensorsTypes.Parse(text) ?? throw Bad($"element type '{text}' of tensor '{name}'", SafetensorsTypes.AllNames);
                    break;
                case "shape" when shape is null: shape = Numbers(ref reader, name, field); break;
                case "data_offsets" when offsets is null: offsets = Numbers(ref reader, name, field); break;
                default: throw Bad($"field '{field}' of tensor '{name}'", "dtype, shape and data_offsets, each once");
            }
        }
        if (type is null || shape is null || offsets is not [var begin, var end])
            throw Bad($"tensor '{name}' without its type, shape and two offsets", "dtype, shape and data_offsets");
        if (shape.Any(extent => extent > int.MaxValue))
            throw Bad($"shape [{string.Join(", ", shape)}] of tensor '{name}'", $"extents up to {int.MaxValue}");
        var extents = Extents.Of(shape.Select(extent => (int)extent));
        var size = SafetensorsTypes.SizeOf(type.Value);
        if (end < begin || extents.Product > long.MaxValue / size || end - begin != extents.Product * size)
            throw Bad($"bytes {begin} to {end} for tensor '{name}'", $"as many as shape {extents} of {SafetensorsTypes.NameOf(type.Value)} takes");
        if (!tensors.TryAdd(name, new SafetensorsEntry(name, type.Value, extents, begin, end - begin)))
            throw Bad($"tensor '{name}' twice", "names that are unique");
    }

    private List<long> Numbers(ref Utf8JsonReader reader, string name, string field)
    {
        var numbers = new List<long>();
        if (reader.TokenType == JsonTokenType.StartArray)
            while (reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && number >= 0 && numbers.Count < 64)
                numbers.Add(number);
        return reader.TokenType == JsonTokenType.EndArray ? numbers : throw Bad($"{field} of tensor '{name}'", "a list of whole numbers from 0 on");
    }

    // The format has no holes: each byte of the data belongs to one tensor.
    private void RequireContiguous(long dataBytes)
    {
        var next = 0L;
        foreach (var tensor in tensors.Values.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.ByteCount))
        {
            if (tensor.Offset != next)
                throw Bad($"tensor '{tensor.Name}' at byte {tensor.Offset}", $"byte {next}, where the one before it ends");
            next += tensor.ByteCount;
            if (next > dataBytes)
                throw Bad($"tensor '{tensor.Name}' up to byte {next}", $"at most {dataBytes}, where the file ends");
        }
        if (next != dataBytes)
            throw Bad($"{dataBytes} bytes of data", $"{next} as the header says");
    }

    private DataFormatException Bad(string found, string expected) => new(file, found.Length <= 300 ? found : $"{found[..300]}...", expected);
}
