using System.CommandLine;
using System.Diagnostics;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Reproductions;
using Ballast.Reproductions.Catalogue;
using Spectre.Console;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast reproduce SLUG... | --all</c>: measures what the papers claim.</summary>
internal static class ReproduceCommand
{
    public static Verb Create() => Create(ReproductionRegistry.All);

    internal static Verb Create(IReadOnlyList<IReproduction> reproductions)
    {
        var slugs = new Argument<string[]>("SLUG") { Description = "Methods whose claims to measure; 'ballast methods' lists them.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Measure the claims of every method that is built." };
        var write = new Option<string?>("--write") { Description = "Write the results as a Markdown page.", HelpName = "FILE" };
        var data = new Option<string?>("--data") { Description = "Folder of real data; by default BALLAST_DATA, or 'data' or 'shared/data' here or above.", HelpName = "DIR" };
        return new Verb("reproduce", "Measure what the papers claim: claim, paper's figure, ours, holds or not.", session =>
        {
            var chosen = Choose(reproductions, session.Get(slugs)!, session.Get(all));
            var folder = DataFolder.Find(session.Get(data) ?? session.Variable("BALLAST_DATA"), Environment.CurrentDirectory);
            return Run(session, chosen, folder, session.Get(write));
        })
        { slugs, all, write, data };
    }

    private static IReadOnlyList<IReproduction> Choose(IReadOnlyList<IReproduction> reproductions, string[] slugs, bool all)
    {
        if (all == slugs.Length > 0)
            throw new ArgumentException("Name the methods to reproduce, or give --all.");
        return all ? reproductions : [.. slugs.Distinct().Select(slug =>
            reproductions.FirstOrDefault(reproduction => reproduction.Slug == slug)
            ?? throw new ArgumentException($"'{MethodCatalogue.Get(slug).Slug}' has no reproduction yet."))];
    }

    private static int Run(CommandSession session, IReadOnlyList<IReproduction> chosen, string? folder, string? write)
    {
        if (folder is null)
            session.Warn("no folder of real data was found; claims that need it are skipped (--data names one).");
        var results = new List<ReproductionResult>();
        foreach (var reproduction in chosen)
        {
            session.Cancellation.ThrowIfCancellationRequested();
            session.Progress?.Report(new ProgressUpdate($"reproducing {reproduction.Slug}", double.NaN));
            var clock = Stopwatch.GetTimestamp();
            var claims = reproduction.Run(new ReproductionContext(session.Seed, folder, session.Progress, session.Cancellation));
            var result = new ReproductionResult(MethodCatalogue.Get(reproduction.Slug), claims, Stopwatch.GetElapsedTime(clock).TotalSeconds);
            results.Add(result);
            Record(session.Record, result);
        }
        if (write is not null)
        {
            AtomicFile.WriteText(write, ReproductionPage.Render(results, session.Seed, BallastApplication.Version));
            session.Record.Artefact(write);
        }
        var json = new
        {
            session.Seed,
            reproductions = results.Select(result => new { result.Method.Slug, result.Seconds, result.Claims }),
        };
        session.Show(json, console => results.ForEach(result => Print(console, result)));
        return results.Any(result => result.Count(ClaimOutcome.DoesNotHold) > 0) ? ExitCode.Failed : ExitCode.Done;
    }

    private static void Record(RunRecorder record, ReproductionResult result)
    {
        foreach (var outcome in Enum.GetValues<ClaimOutcome>())
            record.Metric($"{result.Method.Slug}.{ReproductionPage.Words(outcome)}", result.Count(outcome));
        record.Metric($"{result.Method.Slug}.seconds", result.Seconds);
    }

    private static void Print(IAnsiConsole console, ReproductionResult result)
    {
        console.WriteLine($"{result.Method.Slug}: {result.Method.Title} ({result.Seconds:0.0} s)");
        var table = new Table().Border(TableBorder.Simple).AddColumn("claim").AddColumn("paper").AddColumn("measured").AddColumn(new TableColumn("").NoWrap());
        foreach (var claim in result.Claims)
            table.AddRow(new Text(claim.Claim), new Text(claim.PaperFigure), new Text(claim.Note is null ? claim.Measured : $"{claim.Measured} ({claim.Note})"),
                new Text(ReproductionPage.Words(claim.Outcome), Colour(claim.Outcome)));
        console.Write(table);
    }

    private static Style Colour(ClaimOutcome outcome) => outcome switch
    {
        ClaimOutcome.Holds => new Style(Color.Green),
        ClaimOutcome.DoesNotHold => new Style(Color.Red),
        _ => Style.Plain,
    };
}
