using System.CommandLine;
using Ballast.Cli.Reports;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Slices;
using Ballast.Evaluation.Slices.Clusters;
using Ballast.Evaluation.Slices.Language;
using Ballast.Evaluation.Slices.Lines;
using Ballast.Evaluation.Slices.Trees;
using Spectre.Console;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast slices TABLE --target COL --prediction COL</c>: parts of a table where predictions are worse than elsewhere beyond chance.</summary>
internal static class SlicesCommand
{
    private const int ExampleRows = 10;

    public static Verb Create()
    {
        var table = new Argument<string>("TABLE") { Description = "Table with the features, the true class and the predicted class of each row: csv, tsv, Parquet, JSON lines (also .gz)." };
        var target = new Option<string>("--target") { Description = "The column of true classes.", HelpName = "COL", Required = true };
        var prediction = new Option<string>("--prediction") { Description = "The column of predicted classes, of a model that was not trained on these rows.", HelpName = "COL", DefaultValueFactory = _ => "prediction" };
        var probability = new Option<string?>("--probability") { Description = "What the names of the probability columns begin with, the class follows: slices of high log loss are sought instead of errors.", HelpName = "PREFIX" };
        var finder = new Option<string>("--finder")
        {
            Description = "sliceline: conjunctions of conditions; tree: leaves of a tree; domino: a mixture over features, label and prediction; kmeans: clusters of each class; language: words of the rows' texts, or columns, that the model leans on.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "sliceline",
        };
        finder.AcceptOnlyFromAmong("sliceline", "tree", "domino", "kmeans", "language");
        var text = new Option<string?>("--text") { Description = "With --finder language: the column of captions, reports or notes; without it, the other columns are the words.", HelpName = "COL" };
        var minimum = new Option<int>("--min-rows") { Description = "Rows that a slice must have in each half.", HelpName = "N", DefaultValueFactory = _ => new SliceFinderOptions().MinimumRows };
        return new Verb("slices", "Find where a model errs: parts of the table that are worse beyond chance, found on one half of the rows and confirmed on the other.", session => Run(
            session, new Job(session.Get(table)!, session.Get(target)!, session.Get(prediction)!, session.Get(probability), session.Get(finder)!, session.Get(minimum), session.Get(text))))
        { table, target, prediction, probability, finder, text, minimum };
    }

    private static int Run(CommandSession session, Job job)
    {
        if (job.Text is not null && job.Finder != "language")
            throw new ArgumentException($"--text is for --finder language, not for {job.Finder}.");
        var input = SlicesInput.Read(session, job.Table, job.Target, job.Prediction, job.Probability, job.Text);
        session.Record.Data(DataFingerprint.Of(job.Table));
        var losses = input.LogLosses ?? input.Errors;
        session.Progress?.Report(new ProgressUpdate("searching", 0));
        var search = Search(job.Finder, input);
        var report = new SliceFinder(new SliceFinderOptions { Seed = session.Seed, MinimumRows = job.MinimumRows })
            .Find(search, input.Data.RowIds, losses, session.Cancellation);
        if (search is LanguageSearch { Report: { } seen })
            foreach (var warning in seen.Reason is { } reason ? [.. seen.Warnings, $"On the half that hypotheses are sought on, {reason}."] : seen.Warnings)
                session.Warn(warning);
        var metric = input.LogLosses is null ? "error rate" : "log loss";
        session.Record.Metric("slices", report.Slices.Count);
        session.Show(
            new
            {
                rows = losses.Length,
                finder = job.Finder,
                metric,
                overall = losses.Average(),
                report.SearchRows,
                report.TestRows,
                report.Tested,
                report.Reason,
                slices = report.Slices.Select(slice => new
                {
                    slice.Description,
                    slice.Size,
                    slice.Inside,
                    slice.Outside,
                    slice.PValue,
                    slice.AdjustedPValue,
                    rows = slice.RowIds.ToArray().Select(id => id + 1),
                }),
            },
            console => Print(console, report, losses, metric));
        return ExitCode.Done;
    }

    private static ISliceSearch Search(string finder, SlicesInput input) => finder switch
    {
        "sliceline" => new SliceLineSearch(input.Data),
        "tree" => new ErrorTreeSearch(input.Data),
        "domino" => new DominoSearch(input.Points()),
        "language" => new LanguageSearch(input.Words()),
        _ => new ClassClusters(input.Points()),
    };

    private static void Print(IAnsiConsole console, SliceReport report, double[] losses, string metric)
    {
        console.WriteLine($"{Figures.Count(losses.Length, "row", "rows")}, {metric} {losses.Average():0.####}. Sought on {report.SearchRows:N0}, tested on {report.TestRows:N0} others; {Figures.Count(report.Tested, "slice", "slices")} tested, Holm's correction.");
        if (report.Reason is { } reason)
            console.WriteLine($"Nothing was sought: {reason}.");
        else if (report.Slices.Count == 0)
            console.WriteLine("No slice is worse than the rest beyond chance.");
        foreach (var slice in report.Slices)
        {
            console.WriteLine($"{slice.Description}");
            console.WriteLine($"  {Figures.Count(slice.Size, "row", "rows")}; {metric} {slice.Inside}, elsewhere {slice.Outside}; p {slice.AdjustedPValue:0.##E+0}");
            console.WriteLine($"  rows {string.Join(", ", slice.RowIds.ToArray().Take(ExampleRows).Select(id => id + 1))}{(slice.Size > ExampleRows ? ", ..." : "")}");
        }
    }

    private sealed record Job(string Table, string Target, string Prediction, string? Probability, string Finder, int MinimumRows, string? Text);
}
