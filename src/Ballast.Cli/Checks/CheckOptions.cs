using Ballast.Core;

namespace Ballast.Cli.Checks;

/// <summary>What <c>ballast check</c> is asked to do.</summary>
public sealed record CheckOptions
{
    /// <summary>Rows that a sample has at least.</summary>
    public const int FewestRows = 100;

    /// <summary>The table: csv, tsv, Parquet, JSON lines or npy.</summary>
    public required string Table { get; init; }

    /// <summary>The target column.</summary>
    public required string Target { get; init; }

    /// <summary>A column whose groups are compared; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>A model of the user's (ONNX) to judge instead of one trained here; null for none.</summary>
    public string? Model { get; init; }

    /// <summary>"classification" or "regression"; null to guess by the stated rule.</summary>
    public string? Task { get; init; }

    /// <summary>Columns to leave out.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Columns to read as categories.</summary>
    public IReadOnlyList<string> Categorical { get; init; } = [];

    /// <summary>Columns to read as numbers.</summary>
    public IReadOnlyList<string> Numeric { get; init; } = [];

    /// <summary>Rows examined at most; a longer table is sampled by the stated rule.</summary>
    public int MaxRows { get; init => field = Guard.InRange(value, FewestRows, int.MaxValue, nameof(MaxRows)); } = 100_000;

    /// <summary>Rows that remedies are tried on at most; more are sampled, stratified by class.</summary>
    public int MaxRemedyRows { get; init => field = Guard.Positive(value, nameof(MaxRemedyRows)); } = 12_000;

    /// <summary>Folds of the cross-validation, 2 to 20.</summary>
    public int Folds { get; init => field = Guard.InRange(value, 2, 20, nameof(Folds)); } = 5;

    /// <summary>Weight decay that the model given was trained with, above 0; the usual 5e-4 where it is not known.</summary>
    public double WeightDecay { get; init => field = Guard.Positive(value, nameof(WeightDecay)); } = 5e-4;

    /// <summary>Seed of every random choice.</summary>
    public int Seed { get; init; }
}
