using System.CommandLine;
using Ballast.Cli.Runs;
using Ballast.Cli.Shell;
using Spectre.Console;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast runs [list | show ID | compare ID ID]</c>: what was run before.</summary>
internal static class RunsCommand
{
    public static Verb Create() => new("runs", "List, show and compare earlier runs.", session => List(session, 20, null), recorded: false)
    {
        CreateList(),
        CreateShow(),
        CreateCompare(),
    };

    private static Verb CreateList()
    {
        var limit = new Option<int>("--limit") { Description = "At most so many, newest first.", HelpName = "N", DefaultValueFactory = _ => 20 };
        var command = new Option<string?>("--command") { Description = "Runs of this verb alone.", HelpName = "VERB" };
        return new Verb("list", "List earlier runs, newest first.", session => List(session, session.Get(limit), session.Get(command)), recorded: false) { limit, command };
    }

    private static Verb CreateShow()
    {
        var id = new Argument<long>("ID") { Description = "Number of the run." };
        return new Verb("show", "Show all that is kept of a run.", session => Show(session, session.Get(id)), recorded: false) { id };
    }

    private static Verb CreateCompare()
    {
        var ids = new Argument<long[]>("ID") { Description = "Numbers of the two runs.", Arity = new ArgumentArity(2, 2) };
        return new Verb("compare", "Show two runs side by side.", session => Compare(session, session.Get(ids)!), recorded: false) { ids };
    }

    private static int List(CommandSession session, int limit, string? command)
    {
        if (limit < 1)
            throw new ArgumentException("--limit must be at least 1.");
        var path = RunStore.DefaultPath(name => session.Variable(name));
        // Looking must not make a store where there is none.
        var runs = File.Exists(path) ? Read(path, store => store.Latest(limit, command)) : [];
        session.Show(new { runs = runs.Select(Flat) }, console => Print(console, runs));
        return ExitCode.Done;
    }

    private static int Show(CommandSession session, long id)
    {
        var run = Read(RunStore.DefaultPath(name => session.Variable(name)), store => store.Get(id));
        session.Show(Flat(run), console =>
        {
            var table = new Table().Border(TableBorder.None).HideHeaders().AddColumn("").AddColumn("");
            foreach (var (name, value) in Facts(run))
                table.AddRow(new Text(name), new Text(value));
            foreach (var (name, value) in run.Metrics)
                table.AddRow(new Text(name), new Text(Figure(value)));
            foreach (var artefact in run.Artefacts)
                table.AddRow(new Text("wrote"), new Text(artefact));
            console.Write(table);
        });
        return ExitCode.Done;
    }

    private static int Compare(CommandSession session, long[] ids)
    {
        var (first, second) = Read(RunStore.DefaultPath(name => session.Variable(name)), store => (store.Get(ids[0]), store.Get(ids[1])));
        var metrics = first.Metrics.Keys.Union(second.Metrics.Keys).Order(StringComparer.Ordinal).Select(name =>
        {
            var (a, b) = (first.Metrics.GetValueOrDefault(name, double.NaN), second.Metrics.GetValueOrDefault(name, double.NaN));
            return (Name: name, First: a, Second: b, Difference: b - a);
        }).ToArray();
        var result = new
        {
            first = Flat(first),
            second = Flat(second),
            metrics = metrics.Select(m => new { m.Name, m.First, m.Second, m.Difference }),
        };
        session.Show(result, console =>
        {
            var table = new Table().Border(TableBorder.Simple).AddColumn("").AddColumn($"run {first.Id}").AddColumn($"run {second.Id}").AddColumn("difference");
            foreach (var ((name, a), (_, b)) in Facts(first).Zip(Facts(second)))
                table.AddRow(new Text(name), new Text(a), new Text(b), new Text(a == b ? "" : "differs"));
            foreach (var (name, a, b, difference) in metrics)
                table.AddRow(new Text(name), new Text(Figure(a)), new Text(Figure(b)), new Text(double.IsNaN(difference) ? "" : $"{difference:+0.######;-0.######;0}"));
            console.Write(table);
        });
        return ExitCode.Done;
    }

    private static T Read<T>(string path, Func<RunStore, T> read)
    {
        if (!File.Exists(path))
            throw new ArgumentException("No runs are kept yet.");
        using var store = RunStore.Open(path);
        return read(store);
    }

    private static void Print(IAnsiConsole console, IReadOnlyList<RunRecord> runs)
    {
        if (runs.Count == 0)
        {
            console.WriteLine("No runs are kept yet.");
            return;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("run").RightAligned()).AddColumn("started").AddColumn("took").AddColumn("exit").AddColumn("arguments");
        foreach (var run in runs)
            table.AddRow(new Text($"{run.Id}"), new Text($"{run.Start.Started.LocalDateTime:yyyy-MM-dd HH:mm}"), new Text(Took(run)), new Text(Ended(run)), new Text(string.Join(' ', run.Start.Arguments)));
        console.Write(table);
    }

    private static object Flat(RunRecord run) => new
    {
        run.Id,
        run.Start.Command,
        run.Start.Arguments,
        run.Start.Seed,
        run.Start.Folder,
        run.Start.Version,
        run.Start.Started,
        run.Seconds,
        run.ExitCode,
        run.DataFingerprint,
        run.Metrics,
        run.Artefacts,
    };

    private static IEnumerable<(string Name, string Value)> Facts(RunRecord run) =>
    [
        ("command", run.Start.Command),
        ("arguments", string.Join(' ', run.Start.Arguments)),
        ("seed", $"{run.Start.Seed}"),
        ("folder", run.Start.Folder),
        ("version", run.Start.Version),
        ("started", $"{run.Start.Started.LocalDateTime:yyyy-MM-dd HH:mm:ss}"),
        ("took", Took(run)),
        ("exit code", Ended(run)),
        ("data", run.DataFingerprint ?? "none"),
    ];

    private static string Took(RunRecord run) => run.Seconds is { } seconds ? $"{seconds:0.0} s" : "";

    private static string Ended(RunRecord run) => run.ExitCode is { } code ? $"{code}" : "unfinished";

    private static string Figure(double value) => double.IsNaN(value) ? "" : $"{value:0.######}";
}
