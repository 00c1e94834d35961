using System.CommandLine;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Data.Resampling;
using Spectre.Console;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast resample TABLE --target COL</c>: a training set with more rows of rare classes, fewer of common ones, or both.</summary>
internal static class ResampleCommand
{
    public static Verb Create()
    {
        var path = new Argument<string>("TABLE") { Description = "The table: csv, tsv, JSON lines or Parquet. Training rows only." };
        var target = new Option<string>("--target") { Description = "Column that holds the class.", HelpName = "COL", Required = true };
        var method = new Option<string>("--method")
        {
            Description = $"How to resample: {string.Join(", ", ResamplingMethods.Names)}; auto picks smote, smote-nc or smote-n by the kinds of the columns.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "auto",
        };
        var ratio = new Option<double?>("--ratio") { Description = "Two classes: minority / majority after resampling.", HelpName = "R" };
        var percentage = new Option<double?>("--percentage") { Description = "Over-sampling: new minority rows in percent of those there are. Under-sampling: minority rows in percent of what is kept of each other class.", HelpName = "N" };
        var neighbors = new Option<int?>("--neighbors") { Description = "Nearest neighbours: 5 by default, 3 for methods that clean only.", HelpName = "K" };
        var standardize = new Option<Standardize>("--standardize") { Description = "Divide columns by their spread when measuring distance: auto, on or off.", HelpName = "WHEN", DefaultValueFactory = _ => Standardize.Auto };
        var fractions = new Option<bool>("--keep-fractions") { Description = "Do not round new values of whole-number columns." };
        var output = new Option<string?>("--out") { Description = "The csv to write; by default TABLE's name with .resampled.csv, here.", HelpName = "FILE" };
        return new Verb("resample", "Add rows to rare classes, remove overlapping or superfluous ones.", session =>
        {
            var options = new SmoteOptions
            {
                Neighbors = session.Get(neighbors) ?? 5,
                Target = Target(session.Get(ratio), session.Get(percentage)),
                Seed = session.Seed,
                RoundIntegerColumns = !session.Get(fractions),
                Standardize = session.Get(standardize),
            };
            var file = session.Get(path)!;
            var made = Make(session.Get(method)!, options, session.Get(neighbors));
            var into = OutputFile.Checked(session.Get(output) ?? DefaultOutput(file), "A resampled table");
            OutputFile.Apart(into, file);
            return Run(session, file, session.Get(target)!, made, into);
        })
        { path, target, method, ratio, percentage, neighbors, standardize, fractions, output };
    }

    private static ResamplingTarget Target(double? ratio, double? percentage) => (ratio, percentage) switch
    {
        (null, null) => ResamplingTarget.Balance,
        ({ } value, null) => ResamplingTarget.Ratio(value),
        (null, { } value) => ResamplingTarget.Percentage(value),
        _ => throw new ArgumentException("Give --ratio or --percentage, not both."),
    };

    private static IResampler Make(string method, SmoteOptions options, int? neighbors)
    {
        if (options.Target != ResamplingTarget.Balance && method is ("tomek" or "enn" or "repeated-enn" or "all-knn"))
            throw new ArgumentException($"Method '{method}' removes what its rule says; --ratio and --percentage do not apply.");
        return ResamplingMethods.Make(method, options, neighbors ?? 3);
    }

    private static int Run(CommandSession session, string file, string target, IResampler resampler, string output)
    {
        var table = TableReader.Read(file, new TableReadOptions { Seed = session.Seed }, session.Progress, session.Cancellation);
        var coding = TargetCoding.Fit(table, target, TaskKind.Classification);
        var encoder = FeatureEncoder.Fit(table, ResampledTable.FeatureNames(table, target), maxLevels: int.MaxValue);
        var encoded = encoder.Transform(table, coding);
        session.Progress?.Report(new ProgressUpdate(resampler.Name, double.NaN));
        var result = Resample(resampler, encoded.Data, file, session.Cancellation);
        ResampledTable.Write(table, target, result, output, session.Cancellation);
        session.Record.Artefact(output);
        session.Record.Metric("rows", result.Dataset.Count);
        string[] unused = [.. table.Columns.Select(c => c.Name).Where(name => name != target && encoder.FeatureColumns.All(feature => feature.Name != name))];
        string[] notes =
        [
            .. encoded.Notes, .. result.Notes,
            .. unused.Length == 0 ? Array.Empty<string>() : [$"Not used to measure distance: {string.Join(", ", unused.Select(name => $"'{name}'"))}."],
        ];
        foreach (var warning in result.Warnings)
            session.Warn(warning);
        var shown = new { result.Method, output, rows = result.Dataset.Count, result.Classes, notes, result.Warnings, excludedRows = encoded.ExcludedRows.Select(row => row + 1) };
        session.Show(shown, console => Print(console, result, notes, output));
        return ExitCode.Done;
    }

    private static ResampleResult Resample(IResampler resampler, Dataset data, string file, CancellationToken cancellation)
    {
        try
        {
            return resampler.Resample(data, cancellation);
        }
        catch (DataFormatException error) when (error.Row is not null)
        {
            throw new DataFormatException(file, error.Found, error.Expected, column: error.Column, inner: error, row: error.Row);
        }
    }

    private static void Print(IAnsiConsole console, ResampleResult result, string[] notes, string output)
    {
        console.WriteLine($"{result.Method}: {result.Dataset.Count} rows written to {output}");
        var table = new Spectre.Console.Table().Border(TableBorder.Simple)
            .AddColumn("class").AddColumn(new Spectre.Console.TableColumn("before").RightAligned()).AddColumn(new Spectre.Console.TableColumn("after").RightAligned());
        foreach (var change in result.Classes)
            table.AddRow(new Text(change.ClassName), new Text($"{change.Before}"), new Text($"{change.After}"));
        console.Write(table);
        foreach (var note in notes)
            console.WriteLine(note);
        console.WriteLine("Train on these rows only; test on rows that were not resampled, and correct probabilities to the true class shares.");
    }

    private static string DefaultOutput(string file)
    {
        var name = Path.GetFileName(file);
        var dot = name.IndexOf('.', 1);
        return $"{(dot < 0 ? name : name[..dot])}.resampled.csv";
    }
}
