namespace Ballast.Data.Reading;

/// <summary>What a user may say about a file before it is read. Everything has a stated default; see docs/reading.md.</summary>
public sealed record TableReadOptions
{
    /// <summary>The texts that mean "no value" unless the user says otherwise; compared without case and surrounding blanks. An empty field always does.</summary>
    public static IReadOnlyList<string> DefaultMissingTokens { get; } = ["NA", "N/A", "n.a.", "NaN", "-NaN", "NaT", "null", "None", "?", "-", ".", "#N/A", "#NA", "<NA>", @"\N"];

    /// <summary>The rows that callers who ask for a bound usually ask for.</summary>
    public const int DefaultMaxRows = 200_000;

    /// <summary>Rows to keep in memory at most; a larger file is sampled and <see cref="Table.SamplingRule"/> says how. Null keeps all. At least 1.</summary>
    public int? MaxRows { get; init; }

    /// <summary>Seed of the sample.</summary>
    public long Seed { get; init; }

    /// <summary>When the file is sampled: a column whose rare values (fewer than 100 rows) are kept whole. Null for none.</summary>
    public string? StratifyBy { get; init; }

    /// <summary>Texts that mean "no value".</summary>
    public IReadOnlyList<string> MissingTokens { get; init; } = DefaultMissingTokens;

    /// <summary>Separator of a text table; null detects one of comma, semicolon, tab and bar.</summary>
    public char? Separator { get; init; }

    /// <summary>Columns to set aside (<see cref="ColumnKind.Ignored"/>).</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Columns to take as categories, whatever they look like.</summary>
    public IReadOnlyList<string> Categorical { get; init; } = [];

    /// <summary>Columns to take as amounts; texts that are no number count as missing and are named in <see cref="Table.Notes"/>.</summary>
    public IReadOnlyList<string> Numeric { get; init; } = [];
}
