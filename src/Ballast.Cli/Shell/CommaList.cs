using System.CommandLine;

namespace Ballast.Cli.Shell;

/// <summary>Options that take several names: <c>--classes a,b</c> or <c>--classes a b</c>.</summary>
internal static class CommaList
{
    /// <summary>Makes such an option.</summary>
    public static Option<string[]> Option(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName, AllowMultipleArgumentsPerToken = true };

    /// <summary>The names that the user gave; empty where none.</summary>
    public static string[] Of(CommandSession session, Option<string[]> option) =>
        [.. (session.Get(option) ?? []).SelectMany(names => names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
