using System.Globalization;
using Ballast.Core;

namespace Ballast.Learning.LongTail;

/// <summary>Things that a user picks by name, with options: <c>name</c> or <c>name:option=value,option=value</c>.</summary>
/// <param name="what">What the things are, such as "loss".</param>
/// <param name="choices">The things.</param>
public sealed class ChoiceSet<T>(string what, params Choice<T>[] choices)
{
    /// <summary>All choices, in order.</summary>
    public IReadOnlyList<Choice<T>> All => choices;

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names => [.. choices.Select(choice => choice.Name)];

    /// <summary>Makes what a text names.</summary>
    /// <exception cref="ArgumentException">There is no such name or option, or a value is no number in the option's range; the message says what there is.</exception>
    public T Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (name, options) = text.IndexOf(':', StringComparison.Ordinal) is var colon && colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..]);
        var choice = choices.FirstOrDefault(choice => string.Equals(choice.Name, name.Trim(), StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"There is no {what} '{name}'{Guess(name, Names)} There {(choices.Length == 1 ? "is" : "are")} {string.Join(", ", Names)}.");
        var values = choice.Options.ToDictionary(option => option.Name, option => option.Default, StringComparer.OrdinalIgnoreCase);
        foreach (var part in options.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var sides = part.Split('=', 2, StringSplitOptions.TrimEntries);
            if (!values.ContainsKey(sides[0]))
                throw new ArgumentException(choice.Options.Count == 0
                    ? $"The {what} '{choice.Name}' has no options, so no '{sides[0]}'."
                    : $"The {what} '{choice.Name}' has no option '{sides[0]}'{Guess(sides[0], values.Keys)} It has {string.Join(", ", values.Keys)}.");
            if (sides.Length < 2 || !double.TryParse(sides[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
                throw new ArgumentException($"The option '{sides[0]}' of the {what} '{choice.Name}' needs a number, as in {sides[0]}=1; found '{part}'.");
            values[sides[0]] = value;
        }
        return choice.Make(new ChoiceValues(values));
    }

    private static string Guess(string name, IEnumerable<string> names) => Spelling.Nearest(name, names) is { } near ? $"; did you mean '{near}'?" : ".";
}
