using Ballast.Cli.Checks;

namespace Ballast.Cli.Reports;

/// <summary>The report in a few sentences: how many findings, what to do first, what the remedies gain.</summary>
internal static class Verdict
{
    private const int LongestText = 400;
    private const string Together = "together: ";

    /// <summary>The sentences, each whole; the first counts the findings.</summary>
    public static IReadOnlyList<string> Of(CheckReport report)
    {
        var sentences = new List<string> { Found(report.Findings) };
        if (report.Findings.MaxBy(finding => finding.Severity) is { Severity: > Severity.Info } worst)
            sentences.Add($"First: {Figures.Clip(worst.Title, LongestText)} {Figures.Clip(worst.Action, LongestText)}");
        if (report.Remedies.Count > 0)
            sentences.Add(Gained(report.Remedies));
        return sentences;
    }

    private static string Found(IReadOnlyList<Finding> findings) => findings.Count == 0
        ? "Nothing was found by these checks."
        : $"{Figures.Count(findings.Count, "finding", "findings")}: {SeverityWords.Counts(findings)}.";

    private static string Gained(IReadOnlyList<RemedyResult> remedies)
    {
        var chosen = remedies.Where(remedy => remedy.Chosen).ToArray();
        if (chosen.Length == 0)
            return remedies.Count == 1
                ? $"The one remedy tried ({Figures.Clip(remedies[0].Name, LongestText)}) showed no gain and is not used."
                : $"None of the {Figures.Count(remedies.Count)} remedies tried showed a gain; none is used.";
        // The figure of all together is the model's; the parts stand in the table.
        if (chosen.LastOrDefault(remedy => remedy.Name.StartsWith(Together, StringComparison.Ordinal)) is { } together)
            chosen = [together with { Name = together.Name[Together.Length..] }];
        var gains = chosen.Select(remedy =>
            $"{Figures.Clip(remedy.Name, LongestText)} ({remedy.Metric} {Figures.Number(remedy.Before)} to {Figures.Number(remedy.After)}, {Figures.Level(remedy.Interval)} of the difference {Figures.DifferenceRange(remedy.Interval)})");
        return $"{(chosen.Length == 1 ? "Remedy" : "Remedies")} used in the model: {string.Join("; ", gains)}.";
    }
}
