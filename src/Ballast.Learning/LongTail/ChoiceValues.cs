using System.Globalization;

namespace Ballast.Learning.LongTail;

/// <summary>The values of a choice's options.</summary>
/// <param name="values">By the option's name; null where the choice decides by itself.</param>
public sealed class ChoiceValues(IReadOnlyDictionary<string, double?> values)
{
    /// <summary>The value of an option that has a default.</summary>
    public double this[string option] => values[option]!.Value;

    /// <summary>The value of an option that may be left open.</summary>
    public double? Open(string option) => values[option];

    /// <summary>The value of an option that must be a whole number.</summary>
    /// <exception cref="ArgumentException">It is not one.</exception>
    public int Whole(string option) => this[option] is var value && value == Math.Floor(value) && Math.Abs(value) <= int.MaxValue
        ? (int)value
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The option '{option}' must be a whole number; {value} is not."));
}
