using Ballast.Core;

namespace Ballast.Cli.Commands.Robustness;

/// <summary>A word among a few.</summary>
internal static class Choice
{
    /// <summary>What a word stands for.</summary>
    /// <exception cref="ArgumentException">There is no such word; the message lists those there are.</exception>
    public static T Of<T>(string option, string word, params (string Word, T Value)[] choices)
    {
        foreach (var (known, value) in choices)
            if (known.Equals(word, StringComparison.OrdinalIgnoreCase))
                return value;
        var nearest = Spelling.Nearest(word, choices.Select(choice => choice.Word));
        throw new ArgumentException($"{option} is '{word}'; {string.Join(", ", choices.Select(choice => choice.Word))} are possible.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}");
    }
}
