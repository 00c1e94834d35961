namespace Ballast.Tests.Check.Planted;

/// <summary>What to plant into a clean table. Everything off unless asked for; <see cref="Everything"/> asks for one of each.</summary>
public sealed record Planting
{
    public long Seed { get; init; }

    /// <summary>Rows of the clean table used at most, drawn stratified; rare classes keep what they have.</summary>
    public int MaxRows { get; init; } = int.MaxValue;

    /// <summary>Share of each class held out, clean, before anything is planted.</summary>
    public double TestShare { get; init; } = 0.3;

    /// <summary>Share of training rows whose label is flipped to another class.</summary>
    public double FlippedShare { get; init; }

    public FlipPattern Flips { get; init; }

    /// <summary>Makes half of the labels random in a conjunction of a numeric range and another column.</summary>
    public bool NoiseSlice { get; init; }

    public IReadOnlyList<SpoiledColumn> Columns { get; init; } = [];

    /// <summary>Exact copies as a share of training rows.</summary>
    public double ExactCopies { get; init; }

    /// <summary>Near copies as a share of training rows, shared out over <see cref="NearKinds"/>.</summary>
    public double NearCopies { get; init; }

    /// <summary>Kinds that a table cannot have (text forms where there is no text) give their share to the others.</summary>
    public IReadOnlyList<CopyKind> NearKinds { get; init; } = [CopyKind.JitterOne, CopyKind.JitterAll, CopyKind.TextForm, CopyKind.OneCell];

    public CopyPlacement Placement { get; init; }

    public CopyIdentity Identity { get; init; }

    public CopyLabels CopyLabels { get; init; }

    /// <summary>Columns of the clean table that name rows; left out when rows are compared and never jittered.</summary>
    public IReadOnlyList<string> NaturalIds { get; init; } = [];

    /// <summary>One of each: 6% flips, a noise slice, a leak, a constant, an id, an empty and a mostly empty column, 2% exact and 2% near copies.</summary>
    public static Planting Everything(long seed, SpoiledKind leak = SpoiledKind.NumericLeak, SpoiledKind id = SpoiledKind.ShuffledId, double leakStrength = 0.98) => new()
    {
        Seed = seed,
        FlippedShare = 0.06,
        NoiseSlice = true,
        Columns = [new(leak, leakStrength), new(SpoiledKind.Constant), new(id), new(SpoiledKind.Empty), new(SpoiledKind.MostlyEmpty)],
        ExactCopies = 0.02,
        NearCopies = 0.02,
        Placement = CopyPlacement.Scattered,
    };
}

/// <summary>A column to add that spoils a table.</summary>
/// <param name="Kind">Its form.</param>
/// <param name="Strength">Leaks only: the share of rows in which the column tells the given label; in the others it tells another class
/// (for <see cref="SpoiledKind.ClosedDate"/>, the share filled of the one class).</param>
/// <param name="Name">Its name; null draws one.</param>
public sealed record SpoiledColumn(SpoiledKind Kind, double Strength = 1, string? Name = null);

public enum SpoiledKind
{
    /// <summary>A number a class, with Gaussian noise of a tenth of the distance between classes.</summary>
    NumericLeak,

    /// <summary>A code that renames the given label.</summary>
    RenamedLabel,

    /// <summary>A date filled for rows of one class alone.</summary>
    ClosedDate,

    /// <summary>A number a class times a factor; 1% of the rows are outliers.</summary>
    ScaledCopy,

    /// <summary>One value throughout.</summary>
    Constant,

    /// <summary>One value, missing in 2% of the rows.</summary>
    ConstantWithGaps,

    /// <summary>Whole numbers counting up with the rows.</summary>
    SequentialId,

    /// <summary>Distinct whole numbers in random order.</summary>
    ShuffledId,

    /// <summary>Such as 3f2b8c1e-....</summary>
    UuidId,

    /// <summary>Such as CUST-000123.</summary>
    PrefixedId,

    /// <summary>16 hexadecimal digits.</summary>
    HashId,

    /// <summary>No value at all.</summary>
    Empty,

    /// <summary>98% missing.</summary>
    MostlyEmpty,
}

public enum FlipPattern
{
    /// <summary>Any row alike, to any other class alike.</summary>
    Uniform,

    /// <summary>Classes differ in their rate, and four flips in five go to one partner class.</summary>
    ClassDependent,
}

public enum CopyKind
{
    Exact,

    /// <summary>One number moved by 0.1 to 1% of its column's standard deviation.</summary>
    JitterOne,

    /// <summary>All numbers moved so.</summary>
    JitterAll,

    /// <summary>A text in another case or with a blank at its end.</summary>
    TextForm,

    /// <summary>One cell takes another row's value.</summary>
    OneCell,

    /// <summary>Two cells take other rows' values.</summary>
    TwoCells,

    /// <summary>All numbers moved by 1e-6 to 1e-4 of their columns' standard deviations.</summary>
    Tremble,

    /// <summary>All numbers that are not whole rounded to a digit less than they have.</summary>
    Rounded,

    /// <summary>One whole number one more or less.</summary>
    StepOne,

    /// <summary>One cell emptied.</summary>
    Blanked,

    /// <summary>A letter of a text written twice, left out or exchanged with the next.</summary>
    Typo,
}

public enum CopyPlacement
{
    /// <summary>After all other rows.</summary>
    Appended,

    /// <summary>At random places.</summary>
    Scattered,
}

/// <summary>What a copy has in a planted id column.</summary>
public enum CopyIdentity
{
    /// <summary>The original's id: the record was loaded twice.</summary>
    Same,

    /// <summary>An id of its own: the record was entered twice.</summary>
    New,
}

/// <summary>What label a copy has.</summary>
public enum CopyLabels
{
    /// <summary>The original's given label, wrong or right.</summary>
    Inherited,

    /// <summary>The true label, flipped anew at the same rate: pairs may contradict each other.</summary>
    EnteredAgain,
}
