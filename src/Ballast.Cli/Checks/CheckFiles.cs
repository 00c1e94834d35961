using Ballast.Cli.Reports;
using Ballast.Core;

namespace Ballast.Cli.Checks;

/// <summary>Writes what a check hands back into a folder, each file whole or not at all.</summary>
internal static class CheckFiles
{
    /// <summary>Writes the files and returns their paths, the report first.</summary>
    public static IReadOnlyList<string> Write(CheckOutcome outcome, CheckReport report, string folder, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        progress?.Report(new ProgressUpdate("writing", 0));
        var html = Path.Combine(folder, "report.html");
        var findings = Path.Combine(folder, "findings.json");
        var suggested = Path.Combine(folder, "suggested.csv");
        AtomicFile.Write(html, stream => HtmlReport.Write(report, stream));
        AtomicFile.Write(findings, stream => FindingsJson.Write(report, stream));
        SuggestedTable.Write(outcome, suggested, progress, cancellation);
        return [html, findings, suggested];
    }
}
