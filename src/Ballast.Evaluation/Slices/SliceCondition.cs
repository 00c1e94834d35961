using System.Globalization;

namespace Ballast.Evaluation.Slices;

/// <summary>One condition on one feature; its text uses the user's own column and category names.</summary>
/// <param name="Feature">Position of the feature.</param>
/// <param name="Column">The user's name of it.</param>
public abstract record SliceCondition(int Feature, string Column)
{
    /// <summary>Whether a value of the feature (NaN: missing) meets the condition.</summary>
    public abstract bool Matches(float value);
}

/// <summary>Low &lt;= value &lt; High; an infinite end is open. Missing values do not match.</summary>
/// <param name="Feature">Position of the feature.</param>
/// <param name="Column">The user's name of it.</param>
/// <param name="Low">Smallest value inside.</param>
/// <param name="High">Smallest value above.</param>
public sealed record RangeCondition(int Feature, string Column, double Low, double High) : SliceCondition(Feature, Column)
{
    /// <inheritdoc/>
    public override bool Matches(float value) => value >= Low && (value < High || double.IsPositiveInfinity(High));

    /// <inheritdoc/>
    public override string ToString() => (double.IsNegativeInfinity(Low), double.IsPositiveInfinity(High)) switch
    {
        (true, true) => $"{Column} is not missing",
        (true, false) => $"{Column} < {Number(High)}",
        (false, true) => $"{Column} >= {Number(Low)}",
        _ => $"{Number(Low)} <= {Column} < {Number(High)}",
    };

    // As a user would write it: features are single precision, so the shortest text of such a number says it, and 15 digits say a midpoint of two.
    internal static string Number(double value)
    {
        var text = value.ToString("0.##########", CultureInfo.InvariantCulture);
        return double.Parse(text, CultureInfo.InvariantCulture) == value ? text
            : (float)value == value ? ((float)value).ToString("R", CultureInfo.InvariantCulture)
            : value.ToString("G15", CultureInfo.InvariantCulture);
    }
}

/// <summary>Exactly one number.</summary>
/// <param name="Feature">Position of the feature.</param>
/// <param name="Column">The user's name of it.</param>
/// <param name="Value">The number.</param>
public sealed record ValueCondition(int Feature, string Column, float Value) : SliceCondition(Feature, Column)
{
    /// <inheritdoc/>
    public override bool Matches(float value) => value == Value;

    /// <inheritdoc/>
    public override string ToString() => $"{Column} = {Value.ToString("R", CultureInfo.InvariantCulture)}";
}

/// <summary>Exactly one category.</summary>
/// <param name="Feature">Position of the feature.</param>
/// <param name="Column">The user's name of it.</param>
/// <param name="Code">The category's code.</param>
/// <param name="Category">Its text.</param>
public sealed record CategoryCondition(int Feature, string Column, int Code, string Category) : SliceCondition(Feature, Column)
{
    /// <inheritdoc/>
    public override bool Matches(float value) => value == Code;

    /// <inheritdoc/>
    public override string ToString() => $"{Column} = '{Category.Replace("'", "''")}'";
}

/// <summary>No value.</summary>
/// <param name="Feature">Position of the feature.</param>
/// <param name="Column">The user's name of it.</param>
public sealed record MissingCondition(int Feature, string Column) : SliceCondition(Feature, Column)
{
    /// <inheritdoc/>
    public override bool Matches(float value) => float.IsNaN(value);

    /// <inheritdoc/>
    public override string ToString() => $"{Column} is missing";
}

/// <summary>The opposite of another condition.</summary>
/// <param name="Inner">The condition that must not hold.</param>
public sealed record NotCondition(SliceCondition Inner) : SliceCondition(Inner.Feature, Inner.Column)
{
    /// <inheritdoc/>
    public override bool Matches(float value) => !Inner.Matches(value);

    /// <inheritdoc/>
    public override string ToString() => Inner switch
    {
        CategoryCondition category => $"{Column} <> '{category.Category.Replace("'", "''")}'",
        MissingCondition => $"{Column} is not missing",
        RangeCondition { Low: double.NegativeInfinity } range => $"({Column} >= {RangeCondition.Number(range.High)} or missing)",
        _ => $"not ({Inner})",
    };
}
