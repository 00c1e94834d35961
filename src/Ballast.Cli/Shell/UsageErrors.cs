using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Ballast.Core;

namespace Ballast.Cli.Shell;

/// <summary>Says in one sentence what is wrong with a command line, with the nearest right word where there is one.</summary>
internal static partial class UsageErrors
{
    /// <summary>The first thing that is wrong; null when the line can be run.</summary>
    public static string? Find(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        if (parse.Action is HelpAction)
            return null;
        if (SwallowedOption(parse) is { } option)
            return Unknown("option", option, OptionNames(parse.CommandResult), $"'{Path(parse.CommandResult)} --help' lists them");
        if (parse.UnmatchedTokens is [var token, ..])
        {
            if (IsOption(token))
                return Unknown("option", token, OptionNames(parse.CommandResult), $"'{Path(parse.CommandResult)} --help' lists them");
            return command.Subcommands.Count > 0
                ? Unknown("verb", token, command.Subcommands.Select(c => c.Name), $"'{Path(parse.CommandResult)} --help' lists them")
                : $"'{token}' is one argument too many; see '{Path(parse.CommandResult)} --help'.";
        }
        if (parse.Errors is [var error, ..])
            return Words(error.Message);
        return null;
    }

    private static string Unknown(string kind, string found, IEnumerable<string> known, string elsewhere) =>
        Spelling.Nearest(found, known) is { } nearest
            ? $"unknown {kind} '{found}'; did you mean '{nearest}'?"
            : $"unknown {kind} '{found}'; {elsewhere}.";

    // An argument or option that takes text would take a misspelt option for its value.
    private static string? SwallowedOption(ParseResult parse)
    {
        if (parse.Tokens.Any(t => t.Type == TokenType.DoubleDash))
            return null;
        var values = parse.CommandResult.Children.SelectMany(child => child.Tokens);
        return values.Select(token => token.Value).FirstOrDefault(IsOption);
    }

    private static bool IsOption(string token) => OptionLike().IsMatch(token);

    private static IEnumerable<string> OptionNames(CommandResult? result)
    {
        for (; result is not null; result = result.Parent as CommandResult)
            foreach (var option in result.Command.Options)
                if (!option.Hidden)
                    yield return option.Name;
    }

    private static string Path(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{Path(parent)} {result.Command.Name}" : result.Command.Name;

    // The parser lists what is allowed line by line; a sentence names it in a row.
    private static string Words(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 1)
            return Types(message);
        var found = FirstQuoted().Match(lines[0]).Value;
        var allowed = lines[1..].Select(line => line.Trim('\'').ToLowerInvariant()).ToArray();
        var guess = Spelling.Nearest(found.Trim('\''), allowed) is { } near ? $"did you mean '{near}'? There" : "there";
        return $"{found} cannot stand here; {guess} are {string.Join(", ", allowed.Select(word => $"'{word}'"))}.";
    }

    private static string Types(string message) => message
        .Replace("as expected type 'System.Int32'", "as a whole number", StringComparison.Ordinal)
        .Replace("as expected type 'System.Int64'", "as a whole number", StringComparison.Ordinal)
        .Replace("as expected type 'System.Double'", "as a number", StringComparison.Ordinal);

    [GeneratedRegex("'[^']*'")]
    private static partial Regex FirstQuoted();

    [GeneratedRegex("^--?[A-Za-z]")]
    private static partial Regex OptionLike();
}
