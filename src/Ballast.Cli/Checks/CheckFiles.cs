using Ballast.Cli.Reports;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Learning.Tabular.Saving;

namespace Ballast.Cli.Checks;

/// <summary>Writes what a check hands back into a folder, each file whole or not at all.</summary>
internal static class CheckFiles
{
    /// <summary>Writes the files and returns their paths, the report first.</summary>
    public static IReadOnlyList<string> Write(CheckOutcome outcome, CheckReport report, string folder, string fingerprint, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        progress?.Report(new ProgressUpdate("writing", 0));
        var html = Path.Combine(folder, "report.html");
        var findings = Path.Combine(folder, "findings.json");
        var suggested = Path.Combine(folder, "suggested.csv");
        AtomicFile.Write(html, stream => HtmlReport.Write(report, stream));
        AtomicFile.Write(findings, stream => FindingsJson.Write(report, stream));
        SuggestedTable.Write(outcome, suggested, progress, cancellation);
        return outcome.Model is null ? [html, findings, suggested] : [html, findings, suggested, SaveModel(outcome, outcome.Model, folder, fingerprint)];
    }

    private static string SaveModel(CheckOutcome outcome, HandedBack model, string folder, string fingerprint)
    {
        var path = Path.Combine(folder, "model.ballast");
        var saved = model.Classifier is { } treated
            ? new SavedModel(treated.Model) { Recalibrator = treated.Recalibrator, DecisionRule = treated.Rule }
            : new SavedModel(model.Regressor!);
        ModelFile.Save(path, saved with
        {
            Encoder = model.Encoder,
            Target = model.Coding,
            Provenance = new ModelProvenance(BallastApplication.Version, outcome.Audit.Options.Seed, outcome.Audit.Everything.Count, fingerprint),
        });
        return path;
    }
}
