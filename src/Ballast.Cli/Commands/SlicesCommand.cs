using System.CommandLine;
using Ballast.Cli.Checks;
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

/// <summary><c>ballast slices TABLE --target COL</c>: parts of a table where predictions are worse beyond chance.</summary>
internal static class SlicesCommand
{
    private const int ExampleRows = 5;

    public static Verb Create()
    {
        var table = new Argument<string>("TABLE") { Description = "Table with the features and the true class of each row: csv, tsv, Parquet, JSON lines (also .gz)." };
        var target = new Option<string>("--target") { Description = "The column of true classes.", HelpName = "COL", Required = true };
        var prediction = new Option<string?>("--prediction") { Description = "The column of predicted classes, of a model that was not trained on these rows; 'prediction' where the table has it. Without any, rows are predicted out of fold, as check does.", HelpName = "COL" };
        var probability = new Option<string?>("--probability") { Description = "What the names of the probability columns begin with, the class follows; or an npy file, a row for each of the table's, classes in order.", HelpName = "PREFIX|FILE" };
        var model = new Option<string?>("--model") { Description = "A model file that train or check wrote, to predict the rows by.", HelpName = "FILE" };
        var by = new Option<string?>("--by") { Description = "surprise: more than the model's own probabilities expect (the default where there are probabilities); errors: wrong rows; log-loss.", HelpName = "LOSS" };
        by.AcceptOnlyFromAmong("surprise", "errors", "log-loss");
        var finder = new Option<string>("--finder")
        {
            Description = "sliceline: conjunctions of conditions; tree: leaves of a tree; domino: a mixture over features, label and prediction; kmeans: clusters of each class; language: words of the rows' texts, or columns, that the model leans on.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "sliceline",
        };
        finder.AcceptOnlyFromAmong("sliceline", "tree", "domino", "kmeans", "language");
        var text = new Option<string?>("--text") { Description = "With --finder language: the column of captions, reports or notes; without it, the other columns are the words.", HelpName = "COL" };
        var minimum = new Option<int>("--min-rows") { Description = "Rows that a slice must have in each half.", HelpName = "N", DefaultValueFactory = _ => new SliceFinderOptions().MinimumRows };
        var output = new Option<string?>("--out") { Description = "A csv to write: the table with the column ballast_slice.", HelpName = "FILE" };
        return new Verb("slices", "Find where a model errs: parts of the table that are worse beyond chance, found on one half of the rows and confirmed on the other.", session => Run(
            session, new Job(
                session.Get(table)!, session.Get(target)!, session.Get(prediction), session.Get(probability), session.Get(model), session.Get(by), session.Get(finder)!, session.Get(minimum), session.Get(text),
                session.Get(output) is { } file ? OutputFile.Checked(file, "A table with slices") : null)))
        { table, target, prediction, probability, model, by, finder, text, minimum, output };
    }

    private static int Run(CommandSession session, Job job)
    {
        if (job.MinimumRows < 2)
            throw new ArgumentException($"--min-rows {job.MinimumRows}: a slice has at least 2 rows.");
        if (job.Text is not null && job.Finder != "language")
            throw new ArgumentException($"--text is for --finder language, not for {job.Finder}.");
        // The mean of surprise is 0 over rows picked without their labels alone; clusters are parts of a class.
        if (job.Finder is "domino" or "kmeans" or "language" && job.By == "surprise")
            throw new ArgumentException($"--by surprise is for parts described by columns; '{job.Finder}' finds parts of a class: take --by errors or --by log-loss.");
        var options = new SliceFinderOptions { Seed = session.Seed, MinimumRows = job.MinimumRows };
        var input = SlicesInput.Read(session, job.Table, job.Target, job.Prediction, job.Probability, job.Model, job.Text);
        if (input.Probabilities is null && job.By is "surprise" or "log-loss")
            throw new ArgumentException($"--by {job.By} needs probabilities: --probability or --model.");
        session.Record.Data(DataFingerprint.Of(job.Table));
        var by = job.By ?? (input.Probabilities is null || job.Finder is "domino" or "kmeans" or "language" ? "errors" : "surprise");
        var surprise = input.Probabilities is null ? null : Surprise.Of(input.Probabilities, input.Data.Labels.Span, session.Cancellation);
        var losses = by switch { "errors" => input.Errors, "log-loss" => input.LogLosses(), _ => surprise!.Losses };
        session.Progress?.Report(new ProgressUpdate("searching", 0));
        var search = Search(job.Finder, input);
        var report = new SliceFinder(by == "surprise" ? Surprise.Options(options) : options).Find(search, input.Data.RowIds, losses, session.Cancellation);
        if (search is LanguageSearch { Report: { } seen })
            foreach (var warning in seen.Reason is { } reason ? [.. seen.Warnings, $"On the half that hypotheses are sought on, {reason}."] : seen.Warnings)
                session.Warn(warning);
        Found[] found = [.. report.Slices.Select(slice => new Found(slice, SliceRates.Of(slice, report, input.Errors, surprise?.ExpectedErrors), ExamplesOf(slice, input, surprise?.Losses ?? losses)))];
        session.Record.Metric("slices", report.Slices.Count);
        if (job.Output is { } output)
            Write(session, job.Table, output, report);
        session.Show(
            new
            {
                rows = losses.Length,
                predictions = input.Origin,
                finder = job.Finder,
                metric = by,
                overall = losses.Average(),
                errorRate = input.Errors.Average(),
                report.SearchRows,
                report.TestRows,
                report.Tested,
                report.Reason,
                slices = found.Select(item => new
                {
                    item.Slice.Description,
                    item.Slice.Size,
                    item.Slice.Inside,
                    item.Slice.Outside,
                    item.Rates.Wrong,
                    item.Rates.Elsewhere,
                    item.Rates.Expected,
                    item.Slice.PValue,
                    item.Slice.AdjustedPValue,
                    item.Examples,
                    rows = item.Slice.RowIds.ToArray().Select(id => id + 1),
                }),
                output = job.Output,
            },
            console => Print(console, report, found, input, by, job.Output));
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

    private static Example[] ExamplesOf(Slice slice, SlicesInput input, double[] losses) =>
        [.. slice.Rows.ToArray().Where(row => input.Errors[row] > 0).OrderByDescending(row => losses[row]).Take(ExampleRows)
            .Select(row => new Example(input.Data.RowIds.Span[row] + 1, input.Data.ClassNames[input.Data.Labels.Span[row]], input.Data.ClassNames[input.Predictions[row]]))];

    private static void Write(CommandSession session, string table, string output, SliceReport report)
    {
        var names = new Dictionary<int, string>();
        foreach (var slice in report.Slices.Reverse())
            foreach (var id in slice.RowIds.Span)
                names[id] = slice.Description;
        TableWriter.Append(table, output, [new AddedColumn("ballast_slice", names.GetValueOrDefault)], progress: session.Progress, cancellation: session.Cancellation);
        session.Record.Artefact(output);
    }

    private static void Print(IAnsiConsole console, SliceReport report, Found[] found, SlicesInput input, string by, string? output)
    {
        console.WriteLine($"{Figures.Count(input.Data.Count, "row", "rows")}, {Figures.Percent(input.Errors.Average())} wrong (predictions: {input.Origin}). Sought by {by} on {report.SearchRows:N0}, tested on {report.TestRows:N0} others; {Figures.Count(report.Tested, "slice", "slices")} tested, Holm's correction.");
        if (report.Reason is { } reason)
            console.WriteLine($"Nothing was sought: {reason}.");
        else if (found.Length == 0)
            console.WriteLine(by == "surprise" ? "No slice is worse than the model's probabilities expect, beyond chance. --by errors shows hard parts, which the model knows." : "No slice is worse than the rest beyond chance.");
        foreach (var (slice, rates, examples) in found)
        {
            console.WriteLine(slice.Description);
            console.WriteLine($"  {Figures.Count(slice.Size, "row", "rows")}; {Figures.Percent(rates.Wrong.Value)} wrong ({Range(rates.Wrong)}){(rates.Expected is { } expected ? $", where {Figures.Percent(expected)} are expected" : "")}; {(slice.Among is null ? "elsewhere" : "elsewhere in its class")} {Figures.Percent(rates.Elsewhere.Value)} ({Range(rates.Elsewhere)}); p {slice.AdjustedPValue:0.##E+0}");
            if (examples.Length > 0)
                console.WriteLine($"  such as row {string.Join(", row ", examples.Select(example => $"{example.Row} ('{example.Given}', predicted '{example.Predicted}')"))}");
        }
        if (output is not null)
            console.WriteLine($"Wrote {output} with 'ballast_slice'.");

        static string Range(Estimate estimate) => $"{Figures.Percent(estimate.Interval.Low)} to {Figures.Percent(estimate.Interval.High)}";
    }

    private sealed record Job(string Table, string Target, string? Prediction, string? Probability, string? Model, string? By, string Finder, int MinimumRows, string? Text, string? Output);

    private sealed record Found(Slice Slice, SliceRates Rates, Example[] Examples);

    private sealed record Example(int Row, string Given, string Predicted);
}
