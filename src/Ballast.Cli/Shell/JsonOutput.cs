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
}
