using System.CommandLine;
using System.Text.Json;
using Ballast.Cli.Reports;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.LabelErrors;
using Ballast.Data.Reading;
using Spectre.Console;
using Table = Spectre.Console.Table;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast labels --probabilities P --labels Y</c>: finds label errors from out-of-sample probabilities.</summary>
internal static class LabelsCommand
{
    private const int RowsShown = 20;
    private const int SuspectsAClass = 5;

    public static Verb Create()
    {
        var probabilities = new Option<string>("--probabilities") { Description = "Out-of-sample probabilities, rows x classes (npy, csv, parquet).", HelpName = "FILE", Required = true };
        var labels = new Option<string>("--labels") { Description = "Given labels, one a row: class numbers from 0, or the probabilities' column names.", HelpName = "FILE", Required = true };
        var filter = new Option<string>("--filter") { Description = $"How rows are chosen: {Words<LabelIssueFilter>()}.", HelpName = "NAME", DefaultValueFactory = _ => Kebab(LabelIssueFilter.PruneByNoiseRate) };
        var rankBy = new Option<string>("--rank-by") { Description = $"The score that ranks them: {Words<LabelQualityScore>()}.", HelpName = "NAME", DefaultValueFactory = _ => Kebab(LabelQualityScore.NormalizedMargin) };
        var adjust = new Option<bool>("--adjust") { Description = "Subtract each class's threshold before scoring, for imbalanced classes." };
        var fracNoise = new Option<double>("--frac-noise") { Description = "Share of the estimated noise that the prune filters take, in (0,1].", HelpName = "X", DefaultValueFactory = _ => 1 };
        var minExamples = new Option<int>("--min-examples") { Description = "Rows that the prune filters leave in every class.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var output = new Option<string?>("--out") { Description = "Write every row with its verdict as csv.", HelpName = "FILE" };
        return new Verb("labels", "Find label errors from predicted probabilities.", session =>
        {
            var options = new LabelIssueOptions
            {
                Filter = Parse<LabelIssueFilter>(session.Get(filter)!, "--filter"),
                RankBy = Parse<LabelQualityScore>(session.Get(rankBy)!, "--rank-by"),
                AdjustForThresholds = session.Get(adjust),
                FracNoise = session.Get(fracNoise),
                MinExamplesPerClass = session.Get(minExamples),
            };
            var file = session.Get(output) is { } wanted ? OutputFile.Checked(wanted, "A table of verdicts") : null;
            if (file is not null)
                OutputFile.Apart(file, session.Get(probabilities), session.Get(labels));
            var input = LabelsInput.Read(session.Get(probabilities)!, session.Get(labels)!, session.Progress, session.Cancellation);
            return Run(session, input, options, file);
        })
        { probabilities, labels, filter, rankBy, adjust, fracNoise, minExamples, output };
    }

    private static int Run(CommandSession session, LabelsInput input, LabelIssueOptions options, string? output)
    {
        var issues = LabelIssueFinder.Find(input.Labels, input.Predictions, options, session.Cancellation);
        var health = DatasetHealth.Of(issues);
        foreach (var warning in issues.Warnings)
            session.Warn(warning);
        if (output is not null)
        {
            AtomicFile.Write(output, stream => WriteCsv(stream, input, issues));
            session.Record.Artefact(output);
        }
        session.Record.Metric("flagged", issues.Ranked.Length);
        session.Record.Metric("estimated issues", issues.EstimatedIssues);
        session.Show(Json(input, issues, health), console => Print(console, input, issues, health));
        return ExitCode.Done;
    }

    private static object Json(LabelsInput input, LabelIssues issues, DatasetHealth health) => new
    {
        rows = input.Labels.Length,
        classes = input.ClassNames,
        flagged = issues.Ranked.Length,
        estimatedIssues = issues.EstimatedIssues,
        overallHealth = health.Overall,
        clippedProbabilities = issues.ClippedProbabilities,
        warnings = issues.Warnings,
        issues = issues.Ranked.Select(row => Issue(input, issues, row)),
        perClass = issues.ByClass(SuspectsAClass).Select(suspects => new
        {
            @class = input.ClassNames[suspects.Class],
            suspects.Count,
            suspects.Flagged,
            suspects.EstimatedIssues,
            labelNoise = health.Classes.First(c => c.Class == suspects.Class).LabelNoise,
            inverseLabelNoise = health.Classes.First(c => c.Class == suspects.Class).InverseLabelNoise,
            threshold = issues.Thresholds[suspects.Class],
            trueShare = issues.Latent.Prior[suspects.Class],
            suspects = suspects.Rows.Select(row => Issue(input, issues, row)),
        }),
        confidentJoint = Rows(issues.CalibratedJoint),
        noiseMatrix = Rows(issues.Latent.NoiseMatrix),
        inverseNoiseMatrix = Rows(issues.Latent.InverseNoiseMatrix),
        quality = issues.Quality,
    };

    private static object Issue(LabelsInput input, LabelIssues issues, int row) => new
    {
        row = row + 1,
        given = input.ClassNames[input.Labels[row]],
        suggested = input.ClassNames[issues.SuggestedLabel[row]],
        quality = issues.Quality[row],
        flagged = issues.Mask[row],
    };

    private static void WriteCsv(Stream stream, LabelsInput input, LabelIssues issues)
    {
        using var writer = new CsvWriter(stream);
        writer.Record(["row", "given", "suggested", "quality", "flagged"]);
        for (var i = 0; i < input.Labels.Length; i++)
        {
            writer.Field(i + 1);
            writer.Field(input.ClassNames[input.Labels[i]]);
            writer.Field(input.ClassNames[issues.SuggestedLabel[i]]);
            writer.Field(issues.Quality[i]);
            writer.Field(issues.Mask[i] ? "true"u8 : "false"u8);
            writer.EndRecord();
        }
    }

    private static void Print(IAnsiConsole console, LabelsInput input, LabelIssues issues, DatasetHealth health)
    {
        console.WriteLine($"{issues.Ranked.Length} of {input.Labels.Length} rows flagged; {issues.EstimatedIssues} wrong labels estimated. They are candidates: look before you change any.");
        var classes = new Table().Border(TableBorder.Simple)
            .AddColumn("class").AddColumn("rows").AddColumn("flagged").AddColumn("estimated wrong").AddColumn("label noise").AddColumn("most suspicious rows");
        var byClass = issues.ByClass(SuspectsAClass);
        foreach (var quality in health.Classes)
        {
            var suspects = byClass[quality.Class];
            classes.AddRow(
                new Text(input.ClassNames[quality.Class]), new Text($"{suspects.Count}"), new Text($"{suspects.Flagged}"), new Text($"{suspects.EstimatedIssues}"),
                new Text(Figures.Percent(quality.LabelNoise)), new Text(string.Join(", ", suspects.Rows.Select(row => row + 1))));
        }
        console.Write(classes);
        if (issues.Ranked.Length == 0)
            return;
        var rows = new Table().Border(TableBorder.Simple).AddColumn("row").AddColumn("given").AddColumn("suggested").AddColumn("quality");
        foreach (var row in issues.Ranked.Take(RowsShown))
            rows.AddRow(
                new Text($"{row + 1}"), new Text(input.ClassNames[input.Labels[row]]), new Text(input.ClassNames[issues.SuggestedLabel[row]]), new Text($"{issues.Quality[row]:0.000}"));
        console.Write(rows);
        if (issues.Ranked.Length > RowsShown)
            console.WriteLine($"{issues.Ranked.Length - RowsShown} more; --out FILE or --json lists all.");
    }

    private static T[][] Rows<T>(T[,] matrix) =>
        [.. Enumerable.Range(0, matrix.GetLength(0)).Select(i => Enumerable.Range(0, matrix.GetLength(1)).Select(j => matrix[i, j]).ToArray())];

    private static T Parse<T>(string text, string option) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
            if (Kebab(value) == text)
                return value;
        var known = Enum.GetValues<T>().Select(Kebab);
        var hint = Spelling.Nearest(text, known) is { } nearest ? $"did you mean '{nearest}'?" : $"there are {string.Join(", ", known)}.";
        throw new ArgumentException($"{option} has no '{text}'; {hint}");
    }

    private static string Words<T>() where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(Kebab));

    private static string Kebab<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
