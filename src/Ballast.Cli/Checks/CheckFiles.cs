using Ballast.Cli.Reports;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Learning.Tabular.Saving;

namespace Ballast.Cli.Checks;

/// <summary>Writes what a check hands back into a folder, each file whole or not at all.</summary>
internal static class CheckFiles
{
    private const string Html = "report.html", Findings = "findings.json", Suggested = "suggested.csv", Model = "model.ballast";

    /// <summary>Names of all files that may be written.</summary>
    public static IReadOnlyList<string> Names { get; } = [Html, Findings, Suggested, Model];

    /// <summary>Writes the files and returns their names, the report first.</summary>
    public static IReadOnlyList<string> Write(CheckOutcome outcome, CheckReport report, string folder, string fingerprint, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        progress?.Report(new ProgressUpdate("writing", 0));
        AtomicFile.Write(Path.Combine(folder, Html), stream => HtmlReport.Write(report, stream));
        AtomicFile.Write(Path.Combine(folder, Findings), stream => FindingsJson.Write(report, stream));
        SuggestedTable.Write(outcome, Path.Combine(folder, Suggested), progress, cancellation);
        if (outcome.Model is null)
            return [Html, Findings, Suggested];
        SaveModel(outcome, outcome.Model, Path.Combine(folder, Model), fingerprint);
        return [Html, Findings, Suggested, Model];
    }

    private static void SaveModel(CheckOutcome outcome, HandedBack model, string path, string fingerprint)
    {
        var saved = model.Classifier is { } treated
            ? new SavedModel(treated.Model) { Recalibrator = treated.Recalibrator, DecisionRule = treated.Rule }
            : new SavedModel(model.Regressor!);
        ModelFile.Save(path, saved with
        {
            Encoder = model.Encoder,
            Target = model.Coding,
            Provenance = new ModelProvenance(BallastApplication.Version, outcome.Audit.Options.Seed, outcome.Audit.Everything.Count, fingerprint),
        });
    }
}
