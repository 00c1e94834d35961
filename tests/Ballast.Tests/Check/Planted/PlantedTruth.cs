using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ballast.Tests.Check.Planted;

/// <summary>What was planted. Rows are 1-based rows of the training table, header not counted, ascending.</summary>
public sealed record PlantedTruth
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter() },
    };

    public required string Target { get; init; }

    public required int Rows { get; init; }

    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Rows whose given label is not the true one: flipped, or changed in the noise slice, copies included.</summary>
    public required IReadOnlyList<WrongLabel> WrongLabels { get; init; }

    public NoisySlice? Slice { get; init; }

    public required IReadOnlyDictionary<string, SpoiledKind> Spoiled { get; init; }

    /// <summary>Clean columns: naming one as spoiled is a false alarm.</summary>
    public required IReadOnlyList<string> CleanColumns { get; init; }

    /// <summary>Columns of the clean table that may be named or not: constant, 40% missing or more, or declared ids by nature.</summary>
    public required IReadOnlyList<string> DebatableColumns { get; init; }

    public required IReadOnlyList<CopyPair> Copies { get; init; }

    /// <summary>Groups of rows equal in all clean features, whether by nature or planted.</summary>
    public required IReadOnlyList<int[]> EqualRows { get; init; }

    /// <summary>Rows that differ from some other row, not their planted partner, in one clean feature alone: no one can tell them from a planted near copy.</summary>
    public required IReadOnlyList<int> OneCellApart { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public static PlantedTruth FromJson(string json) => JsonSerializer.Deserialize<PlantedTruth>(json, Json)!;
}

/// <summary>A row whose given label is wrong.</summary>
public sealed record WrongLabel(int Row, string Given, string True);

/// <summary>Rows where <paramref name="Column"/> lies in [Low, High] and <paramref name="OtherColumn"/> equals Value or lies in [OtherLow, OtherHigh].</summary>
public sealed record NoisySlice(string Column, double Low, double High, string OtherColumn, string? Value, double OtherLow, double OtherHigh, IReadOnlyList<int> Rows);

/// <summary>A planted copy and the row it was made from.</summary>
public sealed record CopyPair(int Copy, int Original, CopyKind Kind);

/// <summary>A table with defects, a clean test part, and the truth.</summary>
/// <param name="Train">The table to check.</param>
/// <param name="Test">Clean rows with true labels; planted columns tell nothing of the label here.</param>
/// <param name="TestWithout">The same rows without planted columns and target.</param>
/// <param name="Truth">What was planted.</param>
public sealed record PlantedTable(CsvTable Train, CsvTable Test, CsvTable TestWithout, PlantedTruth Truth);
