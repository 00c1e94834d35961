using Ballast.Core;

namespace Ballast.Data.Reading;

/// <summary>One column of a user's table, dictionary-encoded: a code a row into the distinct texts, as they stand in the file.</summary>
/// <remarks>Immutable. Memory: 4 bytes a row and the distinct texts.</remarks>
public sealed class TableColumn
{
    /// <summary>The code of a missing value.</summary>
    public const int Missing = -1;

    private readonly int[] codes;
    private readonly string[] texts;
    private readonly double[] numbers;

    /// <summary>Makes a column.</summary>
    /// <param name="name">The user's own name of it.</param>
    /// <param name="codes">A code a row: 0..D-1, or <see cref="Missing"/>.</param>
    /// <param name="texts">The D distinct texts, in order of first appearance.</param>
    /// <param name="numbers">The D texts as numbers (booleans 0/1, dates in days since 1970-01-01); NaN where a text is none.</param>
    /// <param name="kind">What the column was recognised as.</param>
    /// <param name="kindReason">The rule that decided, in a few words for the user.</param>
    public TableColumn(string name, int[] codes, string[] texts, double[] numbers, ColumnKind kind, string kindReason)
    {
        Guard.SameLength(texts.Length, numbers.Length, nameof(texts), nameof(numbers));
        (Name, this.codes, this.texts, this.numbers, Kind, KindReason) = (name, codes, texts, numbers, kind, kindReason);
        MissingCount = codes.AsSpan().Count(Missing);
    }

    /// <summary>The user's own name of the column.</summary>
    public string Name { get; }

    /// <summary>What the column was recognised as.</summary>
    public ColumnKind Kind { get; }

    /// <summary>The rule that decided the kind, in a few words.</summary>
    public string KindReason { get; }

    /// <summary>How <see cref="Numbers"/> were read from <see cref="Texts"/>; null when the maker of the column did not say.</summary>
    internal ValueReading? Reading { get; init; }

    /// <summary>Rows n.</summary>
    public int Count => codes.Length;

    /// <summary>Rows without a value.</summary>
    public int MissingCount { get; }

    /// <summary>Number of distinct values D, missing not counted.</summary>
    public int DistinctCount => texts.Length;

    /// <summary>A code a row: 0..D-1, or <see cref="Missing"/>.</summary>
    public ReadOnlySpan<int> Codes => codes;

    /// <summary>The D distinct texts, as they stand in the file.</summary>
    public IReadOnlyList<string> Texts => texts;

    /// <summary>The D distinct values as numbers; NaN where a text is none.</summary>
    public ReadOnlySpan<double> Numbers => numbers;

    /// <summary>Whether row <paramref name="row"/> has no value.</summary>
    public bool IsMissing(int row) => codes[row] == Missing;

    /// <summary>The text of row <paramref name="row"/>; null when missing.</summary>
    public string? Text(int row) => codes[row] == Missing ? null : texts[codes[row]];

    /// <summary>Row <paramref name="row"/> as a number; NaN when missing or no number.</summary>
    public double Number(int row) => codes[row] == Missing ? double.NaN : numbers[codes[row]];

    /// <summary>The same values read as another kind (the user's override).</summary>
    public TableColumn As(ColumnKind kind, string reason) => new(Name, codes, texts, numbers, kind, reason) { Reading = Reading };
}
