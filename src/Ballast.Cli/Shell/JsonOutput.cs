using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ballast.Cli.Shell;

/// <summary>How Ballast writes JSON, on stdout and in files: camelCase, indented, <c>&lt;</c> escaped, NaN and infinities as null.</summary>
internal static class JsonOutput
{
    /// <summary>The options that every writer uses. Dictionary keys are the user's or the writer's own and stay as they are.</summary>
    public static JsonSerializerOptions Options { get; } = MakeOptions();

    /// <summary>The text of <paramref name="value"/>, without a newline at its end.</summary>
    public static string Serialize<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>Writes <paramref name="value"/> piece by piece, so that a long result is never a second time in memory as text.</summary>
    public static void Write<T>(TextWriter output, T value)
    {
        using var stream = new Utf8Characters(output);
        JsonSerializer.Serialize(stream, value, Options);
    }

    private static JsonSerializerOptions MakeOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true, NewLine = "\n" };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        options.Converters.Add(new FiniteNumber());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    // JSON has no NaN; a figure that does not exist is null.
    private sealed class FiniteNumber : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }

    /// <summary>Passes UTF-8 on to a writer of characters.</summary>
    private sealed class Utf8Characters(TextWriter output) : Stream
    {
        private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
        private readonly char[] characters = new char[1 << 14];

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (!buffer.IsEmpty)
            {
                decoder.Convert(buffer, characters, flush: false, out var used, out var made, out _);
                output.Write(characters.AsSpan(0, made));
                buffer = buffer[used..];
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
