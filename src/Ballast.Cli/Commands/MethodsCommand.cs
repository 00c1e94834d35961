using System.CommandLine;
using Ballast.Cli.Shell;
using Ballast.Reproductions.Catalogue;
using Spectre.Console;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast methods [QUERY...]</c>: searches the catalogue.</summary>
internal static class MethodsCommand
{
    public static Verb Create()
    {
        var query = new Argument<string[]>("QUERY") { Description = "Words that an entry must hold; all methods without one.", Arity = ArgumentArity.ZeroOrMore };
        return new Verb("methods", "List the methods, or those that match a query.", session => Run(session, session.Get(query)!), recorded: false) { query };
    }

    private static int Run(CommandSession session, string[] query)
    {
        var found = MethodCatalogue.Search(string.Join(' ', query));
        session.Show(new { methods = found }, console => Print(console, found, query));
        return ExitCode.Done;
    }

    private static void Print(IAnsiConsole console, IReadOnlyList<MethodEntry> found, string[] query)
    {
        if (found.Count == 0)
        {
            console.WriteLine($"No method matches '{string.Join(' ', query)}'.");
            return;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("slug").NoWrap()).AddColumn("what it does").AddColumn("paper").AddColumn(new TableColumn("").NoWrap());
        foreach (var entry in found)
            table.AddRow(new Text(entry.Slug), new Text(entry.Summary), new Text($"{entry.Title}; {entry.Venue} {entry.Year}"),
                new Text(entry.IsBuilt ? string.Join(", ", entry.Commands) : "not built yet"));
        console.Write(table);
    }
}
