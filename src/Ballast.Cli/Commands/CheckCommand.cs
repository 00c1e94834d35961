using System.CommandLine;
using System.Globalization;
using Ballast.Cli.Checks;
using Ballast.Cli.Reports;
using Ballast.Cli.Shell;
using Ballast.Data.Reading;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast check TABLE --target COL</c>: the main job.</summary>
internal static class CheckCommand
{
    public static Verb Create()
    {
        var table = new Argument<string>("TABLE") { Description = "The table: csv, tsv, Parquet, JSON lines (also .gz)." };
        var target = new Option<string>("--target") { Description = "The column to predict.", HelpName = "COL", Required = true };
        var group = new Option<string?>("--group") { Description = "Compare the groups of this column.", HelpName = "COL" };
        var model = new Option<string?>("--model") { Description = "Judge this ONNX model instead of one trained here.", HelpName = "M.onnx" };
        var output = new Option<string>("--out") { Description = "Folder for the results.", HelpName = "DIR", DefaultValueFactory = _ => "ballast-check" };
        var task = new Option<string?>("--task") { Description = "classification or regression; guessed where not given.", HelpName = "TASK" };
        var ignore = Columns("--ignore", "Leave these columns out.");
        var categorical = Columns("--categorical", "Read these columns as categories.");
        var numeric = Columns("--numeric", "Read these columns as numbers.");
        var maxRows = new Option<int>("--max-rows") { Description = "Examine at most so many rows; a longer table is sampled.", HelpName = "N", DefaultValueFactory = _ => 100_000 };
        var decay = new Option<double>("--weight-decay") { Description = "Weight decay that the network given by --model was trained with.", HelpName = "W", DefaultValueFactory = _ => 5e-4 };
        var failOn = new Option<string?>("--fail-on") { Description = "Exit 1 where a finding of this severity or worse stands: high, medium or low.", HelpName = "SEVERITY" };
        return new Verb("check", "Audit a table and a model: what is wrong, what mends it, and a better model.", session =>
        {
            var options = new CheckOptions
            {
                Table = session.Get(table)!,
                Target = session.Get(target)!,
                Group = session.Get(group),
                Model = session.Get(model),
                Task = session.Get(task),
                Ignore = session.Get(ignore) ?? [],
                Categorical = session.Get(categorical) ?? [],
                Numeric = session.Get(numeric) ?? [],
                MaxRows = session.Get(maxRows) is >= CheckOptions.FewestRows and var most ? most : throw new ArgumentException($"--max-rows takes {CheckOptions.FewestRows} at least, not {session.Get(maxRows)}."),
                WeightDecay = session.Get(decay),
                Seed = session.Seed,
            };
            if (options.Group == options.Target)
                throw new ArgumentException($"Column '{options.Target}' is the target; its classes cannot be the groups as well.");
            if (session.Given(decay) && options.Model is null)
                throw new ArgumentException("--weight-decay goes with --model.");
            return Run(session, options, session.Get(output)!, Gate(session.Get(failOn)));
        })
        { table, target, group, model, output, task, ignore, categorical, numeric, maxRows, decay, failOn };
    }

    private static int Run(CommandSession session, CheckOptions options, string folder, Severity? gate)
    {
        // A folder that cannot be written to should not cost the user a minute first.
        using var output = OutputFolder.Open(folder);
        foreach (var name in CheckFiles.Names)
            OutputFile.Apart(Path.Combine(folder, name), options.Table, options.Model);
        var fingerprint = DataFingerprint.Of(options.Table);
        session.Record.Data(fingerprint);
        var outcome = new CheckRun(options, session.Progress, session.Cancellation).Run();
        var report = outcome.Report with { Command = CommandLine(options) };
        var files = output.Publish(into => CheckFiles.Write(outcome, report, into, fingerprint, session.Progress, session.Cancellation));

        foreach (var file in files)
            session.Record.Artefact(file);
        foreach (var (name, estimate) in report.Metrics)
            session.Record.Metric(name, estimate.Value);
        foreach (var severity in Enum.GetValues<Severity>())
            session.Record.Metric($"findings {severity.ToString().ToLowerInvariant()}", report.Findings.Count(f => f.Severity == severity));

        if (session.Json)
            session.ShowText(FindingsJson.ToJson(report));
        else
            ConsoleSummary.Write(report, session.Console, files);
        return gate is { } worst && report.Findings.Any(f => f.Severity >= worst) ? ExitCode.Failed : ExitCode.Done;
    }

    // What makes the same report again; where it was written to is no part of it.
    private static string CommandLine(CheckOptions options)
    {
        List<string> words = ["ballast", "check", options.Table, "--target", options.Target];
        void Add(string name, params IEnumerable<string> values)
        {
            if (values.Any())
                words.AddRange([name, .. values]);
        }
        if (options.Group is { } group)
            Add("--group", group);
        if (options.Model is { } model)
            Add("--model", model);
        if (options.Task is { } task)
            Add("--task", task);
        Add("--ignore", options.Ignore);
        Add("--categorical", options.Categorical);
        Add("--numeric", options.Numeric);
        if (options.MaxRows != new CheckOptions { Table = "", Target = "" }.MaxRows)
            Add("--max-rows", options.MaxRows.ToString(CultureInfo.InvariantCulture));
        Add("--seed", options.Seed.ToString(CultureInfo.InvariantCulture));
        return string.Join(' ', words.Select(Quoted));
    }

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "-_./,:@%+=".Contains(c)) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static Severity? Gate(string? text) => text switch
    {
        null => null,
        "high" => Severity.High,
        "medium" => Severity.Medium,
        "low" => Severity.Low,
        _ => throw new ArgumentException($"--fail-on takes high, medium or low, not '{text}'."),
    };

    private static Option<string[]> Columns(string name, string description) =>
        new(name) { Description = description, HelpName = "COL", AllowMultipleArgumentsPerToken = true };
}
